package drain

import (
	"bufio"
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	toolscache "k8s.io/client-go/tools/cache"
)

// kubelet runs a process for every pod of a namespace, as a kubelet would a container.
type kubelet struct {
	t      *testing.T
	client kubernetes.Interface
	broker *broker
	binary string
	dir    string

	mu      sync.Mutex
	pods    map[types.UID]*process
	running sync.WaitGroup
	// newest is the template hash of the newest pod of each app.
	newest  map[string]string
	started int
	killed  int
	taken   []victim
}

// victim is a pod at the moment at which it was told to stop.
type victim struct {
	app string
	// rollout is true while the app's pods are replaced.
	rollout bool
	marked  bool
	held    int
}

// process is the worker of one pod.
type process struct {
	pod *corev1.Pod // of the moment
	// seen has a value when pod has changed.
	seen chan struct{}
}

// handler runs pods as an informer shows them.
func (k *kubelet) handler(ctx context.Context) toolscache.ResourceEventHandler {
	return toolscache.ResourceEventHandlerFuncs{
		AddFunc:    func(o any) { k.sync(ctx, o.(*corev1.Pod)) },
		UpdateFunc: func(_, o any) { k.sync(ctx, o.(*corev1.Pod)) },
	}
}

func (k *kubelet) sync(ctx context.Context, pod *corev1.Pod) {
	k.mu.Lock()
	defer k.mu.Unlock()
	p := k.pods[pod.UID]
	if p == nil {
		p = &process{seen: make(chan struct{}, 1)}
		k.pods[pod.UID] = p
		k.newest[pod.Labels["app"]] = pod.Labels["pod-template-hash"]
		k.running.Go(func() { k.run(ctx, p) })
	}
	p.pod = pod
	select {
	case p.seen <- struct{}{}:
	default:
	}
}

func (k *kubelet) look(p *process) *corev1.Pod {
	k.mu.Lock()
	defer k.mu.Unlock()
	return p.pod
}

// run is the life of a pod: its process is started, told to stop when the pod is
// deleted, killed when its grace period is over, and then the pod is gone.
func (k *kubelet) run(ctx context.Context, p *process) {
	<-p.seen
	pod := k.look(p)
	if pod.DeletionTimestamp != nil {
		k.remove(ctx, pod)
		return
	}
	info := filepath.Join(k.dir, pod.Name)
	writeInfo(k.t, info, pod)
	cmd, exited := k.start(ctx, pod, info)
	if cmd == nil {
		return
	}
	var grace <-chan time.Time
	for {
		select {
		case <-p.seen:
			pod = k.look(p)
			writeInfo(k.t, info, pod)
			if pod.DeletionTimestamp != nil && grace == nil {
				k.take(pod)
				_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself
				grace = time.After(time.Duration(*pod.DeletionGracePeriodSeconds) * time.Second)
			}
		case <-grace:
			k.mu.Lock()
			k.killed++
			k.mu.Unlock()
			_ = cmd.Process.Kill() // as above
			grace = make(chan time.Time)
		case err := <-exited:
			if grace == nil && ctx.Err() == nil {
				k.t.Errorf("the worker of %s ended by itself: %v", pod.Name, err)
			}
			k.broker.gone(pod.Name)
			k.remove(ctx, pod)
			return
		}
	}
}

// start starts the process and makes the pod Ready when the process says that it is.
// The process is killed with ctx.
func (k *kubelet) start(ctx context.Context, pod *corev1.Pod, info string) (*exec.Cmd, <-chan error) {
	args := []string{"--server=" + k.broker.server.URL, "--pod=" + pod.Name, fmt.Sprintf("--grace=%ds", *pod.Spec.TerminationGracePeriodSeconds)}
	if len(pod.Spec.Volumes) > 0 {
		args = append(args, "--podinfo="+info)
	}
	cmd := exec.CommandContext(ctx, k.binary, slices.Concat(args, pod.Spec.Containers[0].Args)...)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		k.t.Errorf("start worker: %v", err)
		return nil, nil
	}
	k.mu.Lock()
	k.started++
	k.mu.Unlock()
	exited := make(chan error, 1)
	go func() {
		if lines := bufio.NewScanner(out); lines.Scan() && lines.Text() == "ready" {
			k.ready(ctx, pod)
		}
		exited <- cmd.Wait()
	}()
	return cmd, exited
}

func (k *kubelet) ready(ctx context.Context, pod *corev1.Pod) {
	now := metav1.Now().UTC().Format(time.RFC3339)
	patch := fmt.Sprintf(`{"metadata":{"uid":%q},"status":{"phase":"Running","startTime":%q,"conditions":[
		{"type":"PodScheduled","status":"True","lastTransitionTime":%q},{"type":"Ready","status":"True","lastTransitionTime":%q}]}}`,
		pod.UID, now, now, now)
	_, err := k.client.CoreV1().Pods(pod.Namespace).Patch(ctx, pod.Name, types.StrategicMergePatchType, []byte(patch), metav1.PatchOptions{}, "status")
	if err != nil && !apierrors.IsNotFound(err) && !apierrors.IsConflict(err) && ctx.Err() == nil {
		k.t.Errorf("make pod ready: %v", err)
	}
}

// take notes how a pod was found when it was told to stop.
func (k *kubelet) take(pod *corev1.Pod) {
	held := k.broker.holds(pod.Name)
	k.mu.Lock()
	defer k.mu.Unlock()
	app := pod.Labels["app"]
	k.taken = append(k.taken, victim{
		app: app, rollout: k.rolls(app) || k.newest[app] != pod.Labels["pod-template-hash"],
		marked: pod.Annotations["modcap.dev/drain-until"] != "", held: held,
	})
}

// rolls reports whether an app has live pods of two templates. The lock is held.
func (k *kubelet) rolls(app string) bool {
	for _, p := range k.pods {
		if p.pod.Labels["app"] == app && p.pod.DeletionTimestamp == nil && p.pod.Labels["pod-template-hash"] != k.newest[app] {
			return true
		}
	}
	return false
}

// remove makes the pod vanish: its containers have stopped.
func (k *kubelet) remove(ctx context.Context, pod *corev1.Pod) {
	now := int64(0)
	err := k.client.CoreV1().Pods(pod.Namespace).Delete(ctx, pod.Name, metav1.DeleteOptions{
		GracePeriodSeconds: &now, Preconditions: &metav1.Preconditions{UID: &pod.UID},
	})
	if err != nil && !apierrors.IsNotFound(err) && !apierrors.IsConflict(err) && ctx.Err() == nil {
		k.t.Errorf("remove pod: %v", err)
	}
}

// writeInfo shows a pod's annotations as a downward API volume does, at once.
func writeInfo(t *testing.T, file string, pod *corev1.Pod) {
	var b strings.Builder
	for _, key := range slices.Sorted(maps.Keys(pod.Annotations)) {
		fmt.Fprintf(&b, "%s=%q\n", key, pod.Annotations[key])
	}
	err := os.WriteFile(file+".new", []byte(b.String()), 0o600)
	if err == nil {
		err = os.Rename(file+".new", file)
	}
	if err != nil {
		t.Errorf("write annotations: %v", err)
	}
}

// count is how many of the pods taken a condition holds of.
func count(taken []victim, of func(victim) bool) (n int) {
	for _, v := range taken {
		if of(v) {
			n++
		}
	}
	return n
}
