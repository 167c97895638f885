package drain

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/go-logr/logr"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	toolscache "k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	modtest "github.com/modcap/modcap/internal/testing"
)

const system = "modcap-system"

// cluster is an API server with the controllers of Deployments, and the operator.
type cluster struct {
	t    *testing.T
	root string
	*modtest.Env
	kubeconfig string
	operator   *exec.Cmd
	manager    string // the operator's binary

	mu      sync.Mutex
	changed chan struct{} // closed and renewed when a Deployment changes
	targets map[string]*appsv1.Deployment
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	ctrl.SetLogger(logr.Discard())
	root, err := modtest.ModuleRoot()
	if err != nil {
		t.Fatal(err)
	}
	c := &cluster{t: t, root: root, changed: make(chan struct{}), targets: map[string]*appsv1.Deployment{}}
	controllers := strings.TrimSpace(c.goRun("run", "-C", filepath.Join(root, "hack", "cluster"), ".", "path", "kube-controller-manager"))
	t.Setenv(modtest.AssetsVariable, filepath.Dir(controllers))
	if c.Env, err = modtest.StartEnv(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	})
	c.kubeconfig, _ = c.Kubeconfig(t)
	c.process(controllers, "--kubeconfig="+c.kubeconfig, "--controllers=deployment-controller,replicaset-controller",
		"--leader-elect=false", "--secure-port=0", "--kube-api-qps=200", "--kube-api-burst=400")
	c.install()
	c.manager = filepath.Join(t.TempDir(), "manager")
	c.goRun("build", "-o", c.manager, "./cmd/manager")
	return c
}

// goRun runs the go command in the checkout and returns what it prints.
func (c *cluster) goRun(args ...string) string {
	c.t.Helper()
	cmd := exec.Command("go", args...)
	var out, errs bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = c.root, &out, &errs
	if err := cmd.Run(); err != nil {
		c.t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, errs.String())
	}
	return out.String()
}

// process starts a process that ends with the test, and shows the end of its log when
// the test has failed.
func (c *cluster) process(binary string, args ...string) *exec.Cmd {
	c.t.Helper()
	log, err := os.CreateTemp(c.t.TempDir(), filepath.Base(binary)+"-*.log")
	if err != nil {
		c.t.Fatal(err)
	}
	cmd := exec.Command(binary, args...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		c.t.Fatalf("start %s: %v", filepath.Base(binary), err)
	}
	c.t.Cleanup(func() {
		kill(cmd)
		if c.t.Failed() {
			b, _ := os.ReadFile(log.Name())
			c.t.Logf("end of the log of %s:\n%s", filepath.Base(binary), b[max(0, len(b)-4000):])
		}
	})
	return cmd
}

// kill ends a process as a crash would.
func kill(cmd *exec.Cmd) {
	if cmd.ProcessState == nil {
		_ = cmd.Process.Signal(syscall.SIGKILL) // it may have ended by itself
		_ = cmd.Wait()
	}
}

// install makes the operator's account and its rights, those of config/rbac.
func (c *cluster) install() {
	c.t.Helper()
	for _, name := range []string{system, namespace} {
		if err := c.Client.Create(context.Background(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}); err != nil {
			c.t.Fatal(err)
		}
	}
	files, err := filepath.Glob(filepath.Join(c.root, "config", "rbac", "*.yaml"))
	if err != nil || len(files) == 0 {
		c.t.Fatalf("find roles: %v", err)
	}
	for _, file := range files {
		if filepath.Base(file) != "kustomization.yaml" {
			c.createAll(file)
		}
	}
}

func (c *cluster) createAll(file string) {
	c.t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		c.t.Fatal(err)
	}
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(data), 4096)
	for {
		o := &unstructured.Unstructured{}
		if err := decoder.Decode(&o.Object); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			c.t.Fatalf("decode %s: %v", file, err)
		}
		if len(o.Object) == 0 {
			continue
		}
		if err := c.Client.Create(context.Background(), o); err != nil {
			c.t.Fatalf("create %s %s: %v", o.GetKind(), o.GetName(), err)
		}
	}
}

// startOperator starts the operator, or starts it again after a crash, with the rights
// of its role and no others.
func (c *cluster) startOperator() {
	c.t.Helper()
	if c.operator != nil {
		kill(c.operator)
	}
	config, err := clientcmd.LoadFromFile(c.kubeconfig)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, user := range config.AuthInfos {
		user.Impersonate = "system:serviceaccount:" + system + ":modcap-manager"
		user.ImpersonateGroups = []string{"system:serviceaccounts", "system:serviceaccounts:" + system, "system:authenticated"}
	}
	file := filepath.Join(c.t.TempDir(), "operator")
	if err := clientcmd.WriteToFile(*config, file); err != nil {
		c.t.Fatal(err)
	}
	c.operator = c.process(c.manager, "--kubeconfig", file, "--namespace", system, "--leader-elect=false", "--log-format=text",
		"--metrics-bind-address=0", "--health-probe-bind-address=0", "--allow-source-cidrs=127.0.0.0/8",
		"--status-writes-per-second=100")
}

// watch runs the kubelet on the pods of the namespace, and keeps its Deployments.
func (c *cluster) watch(ctx context.Context, k *kubelet) {
	c.t.Helper()
	clientset, err := kubernetes.NewForConfig(c.Config)
	if err != nil {
		c.t.Fatal(err)
	}
	k.client = clientset
	factory := informers.NewSharedInformerFactoryWithOptions(clientset, 0, informers.WithNamespace(namespace))
	pods, targets := factory.Core().V1().Pods().Informer(), factory.Apps().V1().Deployments().Informer()
	_, podErr := pods.AddEventHandler(k.handler(ctx))
	_, targetErr := targets.AddEventHandler(toolscache.ResourceEventHandlerFuncs{
		AddFunc:    func(o any) { c.saw(o.(*appsv1.Deployment)) },
		UpdateFunc: func(_, o any) { c.saw(o.(*appsv1.Deployment)) },
	})
	if err := errors.Join(podErr, targetErr); err != nil {
		c.t.Fatal(err)
	}
	factory.StartWithContext(ctx)
	factory.WaitForCacheSync(ctx.Done())
}

func (c *cluster) saw(d *appsv1.Deployment) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.targets[d.Name] = d
	close(c.changed)
	c.changed = make(chan struct{})
}

// settled waits until a Deployment has so many pods, all of its newest template and
// all ready.
func (c *cluster) settled(ctx context.Context, name string, generation int64, n int32) error {
	for {
		c.mu.Lock()
		d, changed := c.targets[name], c.changed
		c.mu.Unlock()
		if d != nil && d.Generation >= generation && d.Status.ObservedGeneration >= d.Generation && *d.Spec.Replicas == n &&
			d.Status.Replicas == n && d.Status.UpdatedReplicas == n && d.Status.AvailableReplicas == n {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("wait for %d replicas of %s: %w", n, name, ctx.Err())
		}
	}
}

// scale sets the bounds of a pool so that n replicas are wanted.
func (c *cluster) scale(ctx context.Context, pool client.Object, n int32) error {
	patch := fmt.Sprintf(`{"spec":{"replicas":{"min":%d,"max":%d}}}`, n, n)
	return c.Client.Patch(ctx, pool, client.RawPatch(types.MergePatchType, []byte(patch)))
}

// roll changes the template of a Deployment, and returns its generation then.
func (c *cluster) roll(ctx context.Context, name, revision string) (int64, error) {
	d := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	patch := fmt.Sprintf(`{"spec":{"template":{"metadata":{"annotations":{"revision":%q}}}}}`, revision)
	err := c.Client.Patch(ctx, d, client.RawPatch(types.MergePatchType, []byte(patch)))
	return d.Generation, err
}
