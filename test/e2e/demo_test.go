package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestDemo runs the demo as a reader of the README would. Where a folder of real
// traces lies beside the checkout it replays those.
func TestDemo(t *testing.T) {
	summary := filepath.Join(t.TempDir(), "summary.json")
	args := []string{"run", "./hack/demo", "--summary", summary}
	if traces := filepath.Join(root(), "..", "shared", "traces"); isDir(traces) {
		args = append(args, "--traces", traces)
	}
	cmd := exec.Command("go", args...)
	cmd.Dir = root()
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("the demo failed: %v", err)
	}
	b, err := os.ReadFile(summary)
	if err != nil {
		t.Fatalf("read the demo's summary: %v", err)
	}
	var s map[string]any
	if err := json.Unmarshal(b, &s); err != nil {
		t.Fatalf("the summary is not JSON: %v", err)
	}
	if len(s) == 0 {
		t.Fatal("the summary is empty")
	}
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
