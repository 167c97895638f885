package testing

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	modcapv1alpha1 "github.com/modcap/modcap/api/v1alpha1"
)

// AssetsVariable names the environment variable with the directory that holds
// etcd, kube-apiserver and kubectl.
const AssetsVariable = "KUBEBUILDER_ASSETS"

const modulePath = "github.com/modcap/modcap"

// Env is a real API server with modcap's CRDs, and nothing else: no controllers,
// no garbage collection, no namespace deletion.
type Env struct {
	// Config reaches the server as a member of system:masters, without rate limit.
	Config *rest.Config
	// Client reads and writes without a cache.
	Client client.Client
	// Scheme knows core Kubernetes, CRDs and modcap's kinds.
	Scheme *runtime.Scheme

	environment *envtest.Environment
}

// StartEnv starts etcd and kube-apiserver from the directory in KUBEBUILDER_ASSETS
// on free loopback ports, with the CRDs of config/crd/bases. One for a whole test
// binary is enough: tests keep apart by Namespace. The caller calls Stop.
func StartEnv() (*Env, error) {
	if os.Getenv(AssetsVariable) == "" {
		return nil, fmt.Errorf("%s is not set: it names the directory with etcd, kube-apiserver and kubectl", AssetsVariable)
	}
	bases, err := CRDDirectory()
	if err != nil {
		return nil, err
	}
	scheme, err := Scheme()
	if err != nil {
		return nil, err
	}
	environment := &envtest.Environment{
		CRDDirectoryPaths:     []string{bases},
		ErrorIfCRDPathMissing: true,
		Scheme:                scheme,
	}
	config, err := environment.Start()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start API server: %w", err), environment.Stop())
	}
	config.QPS, config.Burst = -1, -1
	c, err := client.New(config, client.Options{Scheme: scheme})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("make client: %w", err), environment.Stop())
	}
	return &Env{Config: config, Client: c, Scheme: scheme, environment: environment}, nil
}

// Stop ends the API server and etcd.
func (e *Env) Stop() error {
	if err := e.environment.Stop(); err != nil {
		return fmt.Errorf("stop API server: %w", err)
	}
	return nil
}

// Kubeconfig writes a kubeconfig for kubectl into a directory of the test, and
// returns its path and the path of the kubectl beside the API server.
func (e *Env) Kubeconfig(t testing.TB) (kubeconfig, kubectl string) {
	t.Helper()
	user, err := e.environment.AddUser(envtest.User{Name: "tester", Groups: []string{"system:masters"}}, nil)
	if err != nil {
		t.Fatalf("Add user: %v", err)
	}
	data, err := user.KubeConfig()
	if err != nil {
		t.Fatalf("Make kubeconfig: %v", err)
	}
	kubeconfig = filepath.Join(t.TempDir(), "kubeconfig")
	if err := os.WriteFile(kubeconfig, data, 0o600); err != nil {
		t.Fatalf("Write kubeconfig: %v", err)
	}
	return kubeconfig, filepath.Join(os.Getenv(AssetsVariable), "kubectl")
}

// Namespace creates a namespace with a name of its own for the test and returns the
// name. It stays until the server stops: nothing in an Env could empty it.
func (e *Env) Namespace(t testing.TB) string {
	t.Helper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "test-"}}
	if err := e.Client.Create(context.Background(), namespace); err != nil {
		t.Fatalf("Create namespace: %v", err)
	}
	return namespace.Name
}

// Scheme returns a new scheme with core Kubernetes, CRDs and modcap's kinds.
func Scheme() (*runtime.Scheme, error) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		clientgoscheme.AddToScheme, apiextensionsv1.AddToScheme, modcapv1alpha1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			return nil, fmt.Errorf("register kinds: %w", err)
		}
	}
	return scheme, nil
}

// CRDDirectory returns the path of config/crd/bases, from wherever in the module
// the test runs.
func CRDDirectory() (string, error) {
	root, err := ModuleRoot()
	if err != nil {
		return "", err
	}
	return filepath.Join(root, "config", "crd", "bases"), nil
}

// ModuleRoot returns the directory of the module's go.mod: the working directory of
// the test or the nearest above it.
func ModuleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find module: %w", err)
	}
	for {
		data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && strings.HasPrefix(string(data), "module "+modulePath+"\n") {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", fmt.Errorf("find module: no go.mod of %s above the working directory", modulePath)
		}
		dir = parent
	}
}

// Main runs the tests of a package with one API server, which ready is given before
// any of them. It is for TestMain, and gives the exit code.
func Main(m *testing.M, ready func(*Env) error) (code int) {
	env, err := StartEnv()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() {
		if err := env.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}()
	if err := ready(env); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}
