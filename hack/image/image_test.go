package main

import (
	"archive/tar"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

func TestImage(t *testing.T) {
	image, err := build("arm64", []byte("binary"), []byte("roots"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "image.tar")
	if err := write(path, "modcap:test", image); err != nil {
		t.Fatal(err)
	}
	tag, err := name.NewTag("modcap:test")
	if err != nil {
		t.Fatal(err)
	}
	read, err := tarball.ImageFromPath(path, &tag)
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Image(read); err != nil {
		t.Error(err)
	}
	file, err := read.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if file.OS != "linux" || file.Architecture != "arm64" || file.Config.User != "65532:65532" || !slices.Equal(file.Config.Entrypoint, []string{"/manager"}) {
		t.Errorf("Configuration is %+v", file)
	}
	want := map[string]string{"manager": "binary", "etc/": "", "etc/ssl/": "", "etc/ssl/certs/": "", "etc/ssl/certs/ca-certificates.crt": "roots"}
	got := content(t, read)
	if len(got) != len(want) {
		t.Errorf("The image holds %v", got)
	}
	for name, text := range want {
		if got[name] != text {
			t.Errorf("%s holds %q, want %q", name, got[name], text)
		}
	}
}

// content reads the files of an image with one layer, and fails if any may be written to.
func content(t *testing.T, image v1.Image) map[string]string {
	t.Helper()
	layers, err := image.Layers()
	if err != nil || len(layers) != 1 {
		t.Fatalf("The image has %d layers (%v), want 1", len(layers), err)
	}
	r, err := layers[0].Uncompressed()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	files := map[string]string{}
	for archive := tar.NewReader(r); ; {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Uid != 0 || h.Mode&0o022 != 0 {
			t.Errorf("%s belongs to %d with mode %o", h.Name, h.Uid, h.Mode)
		}
		data, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		files[h.Name] = string(data)
	}
}

// TestSameInputSameDigest makes the image twice.
func TestSameInputSameDigest(t *testing.T) {
	digest := func(binary, roots string) v1.Hash {
		image, err := build("amd64", []byte(binary), []byte(roots))
		if err != nil {
			t.Fatal(err)
		}
		d, err := image.Digest()
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	if a, b := digest("a", "r"), digest("a", "r"); a != b {
		t.Errorf("The same input gives %s and %s", a, b)
	}
	for _, other := range [][2]string{{"b", "r"}, {"a", "s"}, {"a", ""}} {
		if digest("a", "r") == digest(other[0], other[1]) {
			t.Errorf("%v gives the same digest", other)
		}
	}
}

func TestReadRoots(t *testing.T) {
	file := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(file, []byte("pem"), 0o600); err != nil {
		t.Fatal(err)
	}
	if data, err := readRoots(file); err != nil || string(data) != "pem" {
		t.Errorf("Roots are %q, %v", data, err)
	}
	if _, err := readRoots(file + ".missing"); err == nil {
		t.Error("A file that is missing gives no error")
	}
}
