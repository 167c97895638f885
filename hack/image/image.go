package main

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// user that the operator runs as, the "nonroot" of distroless images.
const user = "65532:65532"

// Paths in the image.
const (
	binaryPath = "manager"
	rootsPath  = "etc/ssl/certs/ca-certificates.crt"
)

// epoch is the time of everything in the image: the same input gives the same bytes.
var epoch = time.Unix(0, 0).UTC()

// build makes the image of the binary and the CA certificates, which may be none.
func build(arch string, binary, roots []byte) (v1.Image, error) {
	content, err := archive(binary, roots)
	if err != nil {
		return nil, err
	}
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(content)), nil
	})
	if err != nil {
		return nil, fmt.Errorf("make layer: %w", err)
	}
	image, err := mutate.Append(empty.Image, mutate.Addendum{
		Layer: layer, History: v1.History{Created: v1.Time{Time: epoch}, CreatedBy: "make image"},
	})
	if err != nil {
		return nil, fmt.Errorf("add layer: %w", err)
	}
	file, err := image.ConfigFile()
	if err != nil {
		return nil, fmt.Errorf("read image configuration: %w", err)
	}
	file = file.DeepCopy()
	file.Created, file.OS, file.Architecture = v1.Time{Time: epoch}, "linux", arch
	file.Config = v1.Config{
		User: user, Entrypoint: []string{"/" + binaryPath},
		Labels: map[string]string{
			"org.opencontainers.image.title":  "modcap",
			"org.opencontainers.image.source": "https://github.com/modcap/modcap",
		},
	}
	if image, err = mutate.ConfigFile(image, file); err != nil {
		return nil, fmt.Errorf("set image configuration: %w", err)
	}
	return image, nil
}

// archive is the layer: folders first, every file owned by root and not writable.
func archive(binary, roots []byte) ([]byte, error) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	add := func(h tar.Header, data []byte) error {
		h.ModTime, h.Size, h.Format = epoch, int64(len(data)), tar.FormatPAX
		if err := w.WriteHeader(&h); err != nil {
			return fmt.Errorf("write layer: %w", err)
		}
		if _, err := w.Write(data); err != nil {
			return fmt.Errorf("write layer: %w", err)
		}
		return nil
	}
	if err := add(tar.Header{Typeflag: tar.TypeReg, Name: binaryPath, Mode: 0o555}, binary); err != nil {
		return nil, err
	}
	if len(roots) > 0 {
		for _, folder := range []string{"etc/", "etc/ssl/", "etc/ssl/certs/"} {
			if err := add(tar.Header{Typeflag: tar.TypeDir, Name: folder, Mode: 0o755}, nil); err != nil {
				return nil, err
			}
		}
		if err := add(tar.Header{Typeflag: tar.TypeReg, Name: rootsPath, Mode: 0o444}, roots); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("write layer: %w", err)
	}
	return b.Bytes(), nil
}

// write puts the image into a docker archive, whole or not at all.
func write(path, tag string, image v1.Image) error {
	ref, err := name.NewTag(tag)
	if err != nil {
		return fmt.Errorf("read name: %w", err)
	}
	tmp := path + ".partial"
	if err := tarball.WriteToFile(tmp, ref, image); err != nil {
		return fmt.Errorf("write archive: %w", err)
	}
	if err := os.Rename(tmp, path); err != nil {
		return fmt.Errorf("keep archive: %w", err)
	}
	return nil
}
