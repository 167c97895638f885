package local

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/modcap/modcap/hack/cluster/internal/proc"
)

// State is a cluster as its state file keeps it.
type State struct {
	Options Options `json:"options"`
	// Ports are the reserved loopback ports by process.
	Ports map[string]int `json:"ports"`
	// Binaries are the files of the commands by name.
	Binaries map[string]string `json:"binaries"`
	// Processes are in the order of their start.
	Processes []Process `json:"processes"`
}

// Process is one part of a cluster.
type Process struct {
	Name string `json:"name"`
	proc.Identity
	// Args is the command line.
	Args []string `json:"args"`
	// Health is the address that answers 200 when the process is ready.
	Health string `json:"health"`
	// Log is the file with its output.
	Log string `json:"log"`
}

func (s *State) process(name string) *Process {
	for i := range s.Processes {
		if s.Processes[i].Name == name {
			return &s.Processes[i]
		}
	}
	return nil
}

func (s *State) anyAlive() bool {
	for _, p := range s.Processes {
		if p.Alive() {
			return true
		}
	}
	return false
}

// Load reads the state of the cluster in a folder; nil if there is none.
func Load(dir string) (*State, error) {
	text, err := os.ReadFile(layout(dir).state())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read cluster state: %w", err)
	}
	var s State
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, fmt.Errorf("read cluster state %s: %w", layout(dir).state(), err)
	}
	return &s, nil
}

func (s *State) save() error {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return fmt.Errorf("encode cluster state: %w", err)
	}
	return writeFile(layout(s.Options.Dir).state(), append(text, '\n'), 0o644)
}

// writeFile replaces a file in one step, so that a reader sees the old or the new one.
func writeFile(path string, content []byte, mode fs.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	tmp := path + ".tmp"
	if err := os.WriteFile(tmp, content, mode); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := os.Rename(tmp, path); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
