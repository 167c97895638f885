package local

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain lets the test binary stand for every process of a cluster: it plays the one
// that it is called as, through a link of that name.
func TestMain(m *testing.M) {
	if name := filepath.Base(os.Args[0]); slices.Contains(processNames(), name) {
		if err := playProcess(name, os.Args[1:]); err != nil {
			fmt.Println("fake failed:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// playProcess serves health at the port of the command line until SIGTERM. A file called
// fail-NAME in the cluster's folder makes it exit at once.
func playProcess(name string, args []string) error {
	if _, err := os.Stat("fail-" + name); err == nil {
		return fmt.Errorf("%s found a reason to fail", name)
	}
	flags := map[string]string{}
	for _, arg := range args {
		key, value, _ := strings.Cut(strings.TrimPrefix(arg, "--"), "=")
		flags[key] = value
	}
	listen := flags["web.listen-address"] + flags["server-address"] + strings.TrimPrefix(flags["listen-client-urls"], "http://")
	server := &http.Server{Addr: listen, Handler: http.HandlerFunc(playAnswer), ReadHeaderTimeout: time.Second}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	failed := make(chan error, 1)
	go func() {
		if port := flags["secure-port"]; port != "" {
			server.Addr = "127.0.0.1:" + port
			failed <- server.ListenAndServeTLS(flags["tls-cert-file"], flags["tls-private-key-file"])
			return
		}
		failed <- server.ListenAndServe()
	}()
	fmt.Println(name, "serves")
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		return server.Close()
	}
}

// playAnswer is the one answer to every question: three nodes that are Ready.
func playAnswer(w http.ResponseWriter, r *http.Request) {
	const node = `{"status":{"conditions":[{"type":"Ready","status":"True"}]}}`
	if r.Method == http.MethodPost {
		w.WriteHeader(http.StatusConflict) // The node exists.
		return
	}
	fmt.Fprintf(w, `{"items":[%s,%s,%s]}`, node, node, node)
}

// fakeBinaries are links to the test binary, one per process.
func fakeBinaries(t *testing.T) map[string]string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir, out := t.TempDir(), map[string]string{}
	for _, name := range processNames() {
		out[name] = filepath.Join(dir, name)
		if err := os.Symlink(self, out[name]); err != nil {
			t.Fatal(err)
		}
	}
	return out
}
