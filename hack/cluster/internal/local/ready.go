package local

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/modcap/modcap/hack/cluster/internal/proc"
)

const (
	// readyPoll is how often a starting process is asked whether it is ready.
	readyPoll = 50 * time.Millisecond
	// shownLines is how much of a failed process's log is shown.
	shownLines = 20
)

// poll calls check until it succeeds, returns a final error, or the context ends; then
// the last error says what was still wrong.
func poll(ctx context.Context, check func(context.Context) error) error {
	ticker := time.NewTicker(readyPoll)
	defer ticker.Stop()
	for {
		err := check(ctx)
		var final *finalError
		if err == nil || errors.As(err, &final) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w; last answer: %w", context.Cause(ctx), err)
		case <-ticker.C:
		}
	}
}

// finalError is one that waiting cannot mend.
type finalError struct{ text string }

func (e *finalError) Error() string { return e.text }

// waitReady waits until the process answers, and explains why it does not.
func waitReady(ctx context.Context, c *client, p *Process) error {
	err := poll(ctx, func(ctx context.Context) error {
		if !p.Alive() {
			return &finalError{"it exited"}
		}
		_, err := c.get(ctx, p.Health)
		return err
	})
	if err != nil {
		return fmt.Errorf("start %s: %w\nlast lines of %s:\n%s", p.Name, err, p.Log, proc.Tail(p.Log, shownLines))
	}
	return nil
}

// fakeNode is a node that kwok plays. Its capacity is beyond what a demonstration asks
// for; a pod that shall not be schedulable asks for more.
func fakeNode(i int) map[string]any {
	name := fmt.Sprintf("fake-%d", i)
	capacity := map[string]string{"cpu": "1000", "memory": "4Ti", "pods": "5000", "nvidia.com/gpu": "1000"}
	return map[string]any{
		"apiVersion": "v1",
		"kind":       "Node",
		"metadata": map[string]any{
			"name":        name,
			"annotations": map[string]string{"kwok.x-k8s.io/node": "fake"},
			"labels": map[string]string{
				"type": "kwok", "kubernetes.io/hostname": name,
				"kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64",
			},
		},
		"status": map[string]any{"capacity": capacity, "allocatable": capacity},
	}
}

func createNodes(ctx context.Context, c *client, count int) error {
	for i := range count {
		if err := c.create(ctx, "/api/v1/nodes", fakeNode(i)); err != nil {
			return fmt.Errorf("create node %d: %w", i, err)
		}
	}
	return nil
}

// waitUsable waits until pods can be made: the nodes are Ready and the default service
// account is there.
func waitUsable(ctx context.Context, c *client, nodes int) error {
	err := poll(ctx, func(ctx context.Context) error {
		_, err := c.get(ctx, c.server+"/api/v1/namespaces/default/serviceaccounts/default")
		return err
	})
	if err != nil {
		return fmt.Errorf("wait for the default service account: %w", err)
	}
	err = poll(ctx, func(ctx context.Context) error {
		text, err := c.get(ctx, c.server+"/api/v1/nodes")
		if err != nil {
			return err
		}
		ready, err := readyNodes(text)
		if err == nil && ready < nodes {
			err = fmt.Errorf("%d of %d nodes are Ready", ready, nodes)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("wait for nodes: %w", err)
	}
	return nil
}

// readyNodes counts the nodes of a NodeList that are Ready and hold no taint.
func readyNodes(list []byte) (int, error) {
	var nodes struct {
		Items []struct {
			Spec   struct{ Taints []any }
			Status struct {
				Conditions []struct{ Type, Status string }
			}
		}
	}
	if err := json.Unmarshal(list, &nodes); err != nil {
		return 0, fmt.Errorf("decode nodes: %w", err)
	}
	count := 0
	for _, node := range nodes.Items {
		for _, c := range node.Status.Conditions {
			if c.Type == "Ready" && c.Status == "True" && len(node.Spec.Taints) == 0 {
				count++
			}
		}
	}
	return count, nil
}
