package e2e

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-logr/logr"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/clientcmd"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/modcap/modcap/api/v1alpha1"
)

// root is the folder of the checkout.
func root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..")
}

// cluster is a local cluster of its own.
type cluster struct {
	t      *testing.T
	name   string
	dir    string
	config string // kubeconfig
	client client.Client
}

// launch runs the cluster's launcher and returns what it prints.
func (c *cluster) launch(args ...string) string {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", append([]string{"run", "-C", filepath.Join(root(), "hack", "cluster"), "."}, args...)...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		c.t.Fatalf("cluster %s: %v\n%s", strings.Join(args, " "), err, errs.String())
	}
	return strings.TrimSpace(out.String())
}

// newCluster starts a cluster with modcap's kinds, and takes it down with the test.
func newCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{t: t, name: fmt.Sprintf("e2e-%d", os.Getpid())}
	c.dir = c.launch("up", "--name", c.name, "--pod-start", "2s")
	t.Cleanup(func() { c.launch("down", "--name", c.name, "--purge") })
	c.config = filepath.Join(c.dir, "kubeconfig")
	cfg, err := clientcmd.BuildConfigFromFlags("", c.config)
	if err != nil {
		t.Fatalf("read kubeconfig: %v", err)
	}
	ctrl.SetLogger(logr.Discard())
	if _, err := envtest.InstallCRDs(cfg, envtest.CRDInstallOptions{Paths: []string{filepath.Join(root(), "config", "crd", "bases")}}); err != nil {
		t.Fatalf("install kinds: %v", err)
	}
	scheme := clientgoscheme.Scheme
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatalf("register kinds: %v", err)
	}
	if c.client, err = client.New(cfg, client.Options{Scheme: scheme}); err != nil {
		t.Fatalf("make client: %v", err)
	}
	return c
}

// buildOperator builds the operator and returns the binary's path.
func buildOperator(t *testing.T) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "manager")
	cmd := exec.Command("go", "build", "-o", out, "./cmd/manager")
	cmd.Dir = root()
	if b, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build operator: %v\n%s", err, b)
	}
	return out
}

// operator is one replica, as a process.
type operator struct {
	cmd *exec.Cmd
	log string
}

// startOperator starts a replica, which is stopped with the test.
func (c *cluster) startOperator(binary string) *operator {
	c.t.Helper()
	log, err := os.CreateTemp(c.t.TempDir(), "operator-*.log")
	if err != nil {
		c.t.Fatal(err)
	}
	cmd := exec.Command(binary, "--kubeconfig", c.config, "--namespace", "default", "--log-format=text",
		"--metrics-bind-address=0", "--health-probe-bind-address=0", "--allow-source-cidrs=127.0.0.0/8")
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		c.t.Fatalf("start operator: %v", err)
	}
	o := &operator{cmd: cmd, log: log.Name()}
	c.t.Cleanup(func() {
		o.kill()
		if c.t.Failed() {
			b, _ := os.ReadFile(o.log)
			c.t.Logf("end of the operator's log:\n%s", tail(string(b), 40))
		}
	})
	return o
}

// kill ends the replica as a crash would.
func (o *operator) kill() {
	if o.cmd.ProcessState != nil {
		return
	}
	_ = o.cmd.Process.Signal(syscall.SIGKILL) // it may have ended by itself
	_ = o.cmd.Wait()
}

func tail(s string, n int) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
