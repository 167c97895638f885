package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
)

// cache keeps results as files in the user's cache folder. It may be deleted at any
// time; where it cannot be written, that is said once and nothing is kept.
type cache struct {
	folder string
	told   io.Writer
	once   sync.Once
}

func newCache(told io.Writer) *cache {
	c := &cache{told: told}
	base, err := os.UserCacheDir()
	if err == nil {
		c.folder = filepath.Join(base, "modcap", "lab")
		err = os.MkdirAll(c.folder, 0o755)
	}
	if err != nil {
		c.fail(err)
		c.folder = ""
	}
	return c
}

func (c *cache) fail(err error) {
	c.once.Do(func() { fmt.Fprintf(c.told, "lab: results are not kept for the next run: %v\n", err) })
}

func (c *cache) path(key string) string { return filepath.Join(c.folder, key+".json") }

// Load reads a file.
func (c *cache) Load(key string) ([]byte, bool) {
	if c.folder == "" {
		return nil, false
	}
	data, err := os.ReadFile(c.path(key))
	return data, err == nil
}

// Save writes a file, which is there as a whole or not at all.
func (c *cache) Save(key string, data []byte) {
	if c.folder == "" {
		return
	}
	if err := c.write(key, data); err != nil {
		c.fail(err)
	}
}

func (c *cache) write(key string, data []byte) error {
	file, err := os.CreateTemp(c.folder, "new-*")
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if e := file.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(file.Name(), c.path(key))
	}
	if err != nil {
		_ = os.Remove(file.Name()) // what went wrong first is told
	}
	return err
}
