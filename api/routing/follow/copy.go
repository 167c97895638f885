package follow

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	v1 "github.com/modcap/modcap/api/routing/v1"
)

// store writes a surface's last good documents to the copy: documents first, the
// index last, each by renaming a complete file into place. Whenever it is cut off,
// the index that is there names documents that are there. Documents that no index
// of the copy names any more are removed afterwards.
func (f *Follower) store(surface string) error {
	p := f.parts[surface]
	if f.opts.Copy == "" || p == nil || p.stored {
		return nil
	}
	if err := directory(f.opts.Copy).keep(surface, p); err != nil {
		return fmt.Errorf("write copy: %w", err)
	}
	if err := f.sweep(); err != nil {
		return fmt.Errorf("clean copy: %w", err)
	}
	p.stored = true
	return nil
}

// keep writes one surface.
func (d directory) keep(surface string, p *part) error {
	for name, data := range p.raw {
		if err := d.write(name, v1.DocumentKey, data); err != nil {
			return err
		}
	}
	if p.weights != nil {
		if err := d.write(v1.WeightsName(surface), v1.WeightsKey, p.weights); err != nil {
			return err
		}
	}
	return d.write(v1.IndexName(surface), v1.IndexKey, p.index)
}

// write puts a file in place atomically. A file with the same content is left alone.
func (d directory) write(name, key string, data []byte) error {
	dir := filepath.Join(string(d), name)
	path := filepath.Join(dir, key)
	if old, err := os.ReadFile(path); err == nil && string(old) == string(data) {
		return nil
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // fails, as it should, once renamed
	_, err = tmp.Write(data)
	err = errors.Join(err, tmp.Chmod(0o640), tmp.Sync(), tmp.Close())
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

// sweep removes documents that no surface's last good index names. It touches only
// directories that hold a document and nothing else.
func (f *Follower) sweep() error {
	used := map[string]bool{}
	for _, p := range f.parts {
		for name := range p.raw {
			used[name] = true
		}
	}
	entries, err := os.ReadDir(f.opts.Copy)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !e.IsDir() || used[e.Name()] {
			continue
		}
		file := directory(f.opts.Copy).path(e.Name(), v1.DocumentKey)
		err := os.Remove(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue // not a document's
		}
		if err := errors.Join(err, os.Remove(filepath.Dir(file))); err != nil {
			return err
		}
	}
	return nil
}
