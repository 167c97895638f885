package proc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// poll is how often a process that was told to end is looked at.
const poll = 10 * time.Millisecond

// Start runs the command in a session of its own, so that neither the end of this
// process nor its terminal ends it, and appends its output to the log file. The
// environment is the given one, nothing else.
func Start(args, env []string, dir, log string) (Identity, error) {
	file, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return Identity{}, fmt.Errorf("open log: %w", err)
	}
	defer func() { _ = file.Close() }()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env, cmd.Dir = env, dir
	cmd.Stdout, cmd.Stderr = file, file
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return Identity{}, fmt.Errorf("start %s: %w", args[0], err)
	}
	// The child cannot be reaped, and its id not reused, before Wait is called.
	id, err := identify(cmd.Process.Pid)
	go func() { _ = cmd.Wait() }()
	if err != nil {
		_ = cmd.Process.Kill()
		return Identity{}, err
	}
	return id, nil
}

// Outcome says how a process ended.
type Outcome string

// The outcomes of Stop.
const (
	NotRunning Outcome = "was not running"
	Terminated Outcome = "stopped"
	Killed     Outcome = "killed"
)

// Stop ends the process: SIGTERM, and SIGKILL if it still runs after the grace time. The
// signals go through a handle taken before the identity is checked, so they cannot reach
// another process with the same id.
func Stop(ctx context.Context, id Identity, grace time.Duration) (Outcome, error) {
	if id.PID <= 0 {
		return NotRunning, nil
	}
	process, err := os.FindProcess(id.PID)
	if err != nil {
		return "", fmt.Errorf("find process %d: %w", id.PID, err)
	}
	defer func() { _ = process.Release() }()
	if !id.Alive() {
		return NotRunning, nil
	}
	if err := signal(process, syscall.SIGTERM); err != nil {
		return "", err
	}
	if ended(ctx, id, grace) {
		return Terminated, nil
	}
	if err := signal(process, syscall.SIGKILL); err != nil {
		return "", err
	}
	if !ended(context.WithoutCancel(ctx), id, grace) {
		return "", fmt.Errorf("stop process %d: still there after SIGKILL", id.PID)
	}
	return Killed, nil
}

func signal(process *os.Process, sig syscall.Signal) error {
	if err := process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("signal process %d: %w", process.Pid, err)
	}
	return nil
}

func ended(ctx context.Context, id Identity, within time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	ticker := time.NewTicker(poll)
	defer ticker.Stop()
	for id.Alive() {
		select {
		case <-ctx.Done():
			return !id.Alive()
		case <-ticker.C:
		}
	}
	return true
}

// tailBytes bounds how much of a log is read to find its last lines.
const tailBytes = 64 << 10

// Tail returns the last lines of a file, without the final newline; what it cannot
// read it returns as text, because it serves error messages.
func Tail(path string, lines int) string {
	file, err := os.Open(path)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = file.Close() }()
	if info, err := file.Stat(); err == nil && info.Size() > tailBytes {
		if _, err := file.Seek(-tailBytes, io.SeekEnd); err != nil {
			return err.Error()
		}
	}
	text, err := io.ReadAll(file)
	if err != nil {
		return err.Error()
	}
	all := strings.Split(strings.TrimRight(string(text), "\n"), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
