package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
)

type options struct {
	source, out, name, arch, roots string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var o options
	flag.StringVar(&o.source, "source", "", "`folder` of the operator's module")
	flag.StringVar(&o.out, "out", "", "`file` to write the archive to")
	flag.StringVar(&o.name, "name", "modcap:latest", "`name:tag` of the image")
	flag.StringVar(&o.arch, "arch", "amd64", "`architecture` that the image runs on")
	flag.StringVar(&o.roots, "ca-certificates", "", "PEM `file` of CA certificates; default: this system's")
	flag.Parse()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	if o.source == "" || o.out == "" {
		return errors.New("--source and --out are needed")
	}
	roots, err := readRoots(o.roots)
	if err != nil {
		return err
	}
	fmt.Println("building the operator")
	binary, err := compile(ctx, o)
	if err != nil {
		return err
	}
	image, err := build(o.arch, binary, roots)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(o.out), 0o755); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	if err := write(o.out, o.name, image); err != nil {
		return err
	}
	digest, err := image.Digest()
	if err != nil {
		return fmt.Errorf("hash image: %w", err)
	}
	fmt.Printf("%s: %s %s\n", o.out, o.name, digest)
	return nil
}

// compile builds the operator and returns the binary.
func compile(ctx context.Context, o options) ([]byte, error) {
	dir, err := os.MkdirTemp("", "modcap-image-")
	if err != nil {
		return nil, fmt.Errorf("make folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // nothing depends on it
	out := filepath.Join(dir, "manager")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-o", out, "./cmd/manager")
	cmd.Dir = o.source
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+o.arch, "GOWORK=off", "GOFLAGS=")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("build operator: %w", err)
	}
	return os.ReadFile(out)
}

// systemRoots are where systems keep their CA certificates.
var systemRoots = [...]string{
	"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
}

// readRoots reads the file, or the first that the system has. Without any the image
// trusts no public CA: metric sources then need tls.caSecretRef.
func readRoots(file string) ([]byte, error) {
	if file != "" {
		return os.ReadFile(file)
	}
	for _, f := range systemRoots {
		data, err := os.ReadFile(f)
		if err == nil {
			return data, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("read CA certificates: %w", err)
		}
	}
	fmt.Fprintln(os.Stderr, "image: no CA certificates on this system: the image trusts no public CA (see --ca-certificates)")
	return nil, nil
}
