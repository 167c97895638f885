package lab

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Cluster is a local cluster, run by hack/cluster.
type Cluster struct {
	launcher string // the launcher's binary
	flags    []string
	progress io.Writer

	// Kubeconfig, Kubectl and Prometheus (an address) are set once it is up.
	Kubeconfig, Kubectl, Prometheus string
	targets                         string
	logs                            string
	begun                           bool // Up was called
}

// NewCluster builds the launcher of the checkout in root, which keeps the cluster in
// the folder dir. Progress of everything is written to progress.
func NewCluster(ctx context.Context, root, name, dir string, progress io.Writer) (*Cluster, error) {
	c := &Cluster{
		launcher: filepath.Join(filepath.Dir(dir), "launcher"),
		flags:    []string{"--name", name, "--dir", dir}, progress: progress, logs: filepath.Join(dir, "logs"),
	}
	build := exec.CommandContext(ctx, "go", "build", "-o", c.launcher, ".")
	build.Dir = filepath.Join(root, "hack", "cluster")
	build.Stdout, build.Stderr = progress, progress
	if err := build.Run(); err != nil {
		return nil, fmt.Errorf("build cluster launcher: %w", err)
	}
	return c, nil
}

// Up starts the cluster; the first time on a machine it builds its parts.
func (c *Cluster) Up(ctx context.Context) error {
	c.begun = true
	out, err := c.run(ctx, "up")
	if err != nil {
		return fmt.Errorf("start cluster: %w", err)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	env, err := os.ReadFile(filepath.Join(lines[len(lines)-1], "env"))
	if err != nil {
		return fmt.Errorf("read cluster environment: %w", err)
	}
	vars := parseEnv(string(env))
	for name, to := range map[string]*string{
		"KUBECONFIG": &c.Kubeconfig, "KUBECTL": &c.Kubectl, "PROMETHEUS_URL": &c.Prometheus, "MODCAP_TARGETS_DIR": &c.targets,
	} {
		if *to = vars[name]; *to == "" {
			return fmt.Errorf("read cluster environment: %s is missing", name)
		}
	}
	return nil
}

// parseEnv reads lines such as export NAME='value'.
func parseEnv(text string) map[string]string {
	vars := map[string]string{}
	for line := range strings.Lines(text) {
		name, value, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "export "), "=")
		if ok {
			vars[name] = strings.ReplaceAll(strings.Trim(value, "'"), `'\''`, "'")
		}
	}
	return vars
}

// StopPart and StartPart stop and start one process of the cluster, such as prometheus.
func (c *Cluster) StopPart(ctx context.Context, name string) error {
	_, err := c.run(ctx, "stop", name)
	return err
}

// StartPart starts a process that StopPart stopped.
func (c *Cluster) StartPart(ctx context.Context, name string) error {
	_, err := c.run(ctx, "start", name)
	return err
}

// Scrape makes Prometheus scrape an address.
func (c *Cluster) Scrape(job, address string) error { return c.scrape(job, address, nil) }

// ScrapeSlowly makes it scrape a page that is large now and then.
func (c *Cluster) ScrapeSlowly(job, address, path string, every time.Duration) error {
	return c.scrape(job, address, map[string]string{"__metrics_path__": path, "__scrape_interval__": every.String()})
}

// target is an element of a file of targets.
type target struct {
	Targets []string          `json:"targets"`
	Labels  map[string]string `json:"labels"`
}

func (c *Cluster) scrape(job, address string, labels map[string]string) error {
	one := target{[]string{address}, map[string]string{"job": job}}
	maps.Copy(one.Labels, labels)
	text, err := json.Marshal([]target{one})
	if err != nil {
		return fmt.Errorf("add scrape target: %w", err)
	}
	if err := os.WriteFile(filepath.Join(c.targets, job+".json"), text, 0o600); err != nil {
		return fmt.Errorf("add scrape target: %w", err)
	}
	return nil
}

// downTime is how long taking the cluster down may take.
const downTime = time.Minute

// Down stops what Up started, also when ctx has ended, and removes it.
func (c *Cluster) Down(ctx context.Context) error {
	if !c.begun {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), downTime)
	defer cancel()
	if _, err := c.run(ctx, "down"); err != nil {
		return fmt.Errorf("stop cluster: %w", err)
	}
	return nil
}

// Logs are the log files of the cluster's processes.
func (c *Cluster) Logs() []string {
	found, _ := filepath.Glob(filepath.Join(c.logs, "*.log")) // the pattern is good
	return found
}

// run calls the launcher. When ctx ends it is asked to stop, and cleans up itself.
func (c *Cluster) run(ctx context.Context, command string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, c.launcher, append(append([]string{command}, c.flags...), args...)...)
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, c.progress
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // an interrupt reaches it through ctx only
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = downTime
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("cluster %s: %w", command, err)
	}
	return out.String(), nil
}
