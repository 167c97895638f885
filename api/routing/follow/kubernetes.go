package follow

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/utils/clock"

	v1 "github.com/modcap/modcap/api/routing/v1"
)

// Kubernetes follows the ConfigMaps of a namespace. The client needs get, list and
// watch on ConfigMaps there.
func Kubernetes(client kubernetes.Interface, namespace string) Source {
	return &cluster{client: client, namespace: namespace}
}

type cluster struct {
	client    kubernetes.Interface
	namespace string
}

const (
	// few documents are got one by one, more with a list.
	few = 8
	// page is how many documents one answer of a list holds.
	page = 100
	// minPause and maxPause bound the wait before a watch is started again.
	minPause = time.Second
	maxPause = 30 * time.Second
)

func (c *cluster) get(ctx context.Context, name, key string) ([]byte, error) {
	cm, err := c.client.CoreV1().ConfigMaps(c.namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	data, there := content(cm, key)
	if !there {
		return nil, fmt.Errorf("ConfigMap %s has no key %s", name, key)
	}
	return data, nil
}

func content(cm *corev1.ConfigMap, key string) ([]byte, bool) {
	if s, there := cm.Data[key]; there {
		return []byte(s), true
	}
	data, there := cm.BinaryData[key]
	return data, there
}

func (c *cluster) read(ctx context.Context, surface string) (index, weights []byte, err error) {
	index, err = c.get(ctx, v1.IndexName(surface), v1.IndexKey)
	if err != nil {
		return nil, nil, fmt.Errorf("read index: %w", err)
	}
	weights, err = c.get(ctx, v1.WeightsName(surface), v1.WeightsKey)
	if err != nil && !apierrors.IsNotFound(err) {
		return nil, nil, fmt.Errorf("read weights: %w", err)
	}
	return index, weights, nil
}

func (c *cluster) documents(ctx context.Context, surface string, names []string) (map[string][]byte, error) {
	out := map[string][]byte{}
	if len(names) > few {
		if err := c.list(ctx, surface, out); err != nil {
			return nil, err
		}
	}
	for _, n := range names {
		if out[n] != nil {
			continue
		}
		data, err := c.get(ctx, n, v1.DocumentKey)
		if apierrors.IsNotFound(err) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read document: %w", err)
		}
		out[n] = data
	}
	return out, nil
}

// list reads all documents of a surface by their labels.
func (c *cluster) list(ctx context.Context, surface string, out map[string][]byte) error {
	opts := metav1.ListOptions{
		LabelSelector: v1.RoleLabel + "=" + v1.RoleDocument + "," + v1.SurfaceLabel + "=" + surface,
		Limit:         page,
	}
	for {
		l, err := c.client.CoreV1().ConfigMaps(c.namespace).List(ctx, opts)
		if err != nil {
			return fmt.Errorf("list documents: %w", err)
		}
		for i := range l.Items {
			if data, there := content(&l.Items[i], v1.DocumentKey); there {
				out[l.Items[i].Name] = data
			}
		}
		if opts.Continue = l.Continue; opts.Continue == "" {
			return nil
		}
	}
}

// watch tells of changes of indexes and weights. It is a hint: what is lost between
// two watches is found at the next reading.
func (c *cluster) watch(ctx context.Context, clk clock.WithTicker, surfaces []string) <-chan struct{} {
	wake := make(chan struct{}, 1)
	go func() {
		pause := minPause
		for ctx.Err() == nil {
			if c.watchOnce(ctx, surfaces, wake) {
				pause = minPause
			}
			wait := pause/2 + rand.N(pause/2) // so that routers do not all come back at once
			pause = min(2*pause, maxPause)
			select {
			case <-ctx.Done():
			case <-clk.After(wait):
			}
		}
	}()
	return wake
}

// watchOnce runs one watch to its end, and reports whether anything came.
func (c *cluster) watchOnce(ctx context.Context, surfaces []string, wake chan<- struct{}) (came bool) {
	w, err := c.client.CoreV1().ConfigMaps(c.namespace).Watch(ctx, metav1.ListOptions{
		LabelSelector: fmt.Sprintf("%s in (%s,%s),%s in (%s)",
			v1.RoleLabel, v1.RoleIndex, v1.RoleWeights, v1.SurfaceLabel, strings.Join(surfaces, ",")),
	})
	if err != nil {
		return false // the next reading says what is wrong
	}
	defer w.Stop()
	for {
		select {
		case <-ctx.Done():
			return came
		case _, open := <-w.ResultChan():
			if !open {
				return came
			}
			came = true
			select {
			case wake <- struct{}{}:
			default: // one is waiting already
			}
		}
	}
}
