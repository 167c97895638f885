package rbac

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	modtest "github.com/modcap/modcap/internal/testing"
)

// env is the one API server of this test binary, set once before any test runs.
var env *modtest.Env

func TestMain(m *testing.M) {
	os.Exit(modtest.Main(m, func(started *modtest.Env) error {
		env = started
		return install(context.Background())
	}))
}

// install creates everything in config/rbac.
func install(ctx context.Context) error {
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "modcap-system"}}
	if err := env.Client.Create(ctx, namespace); err != nil {
		return fmt.Errorf("create namespace: %w", err)
	}
	objects, err := manifests()
	if err != nil {
		return err
	}
	for _, o := range objects {
		if err := env.Client.Create(ctx, o); err != nil {
			return fmt.Errorf("create %s %s: %w", o.GetKind(), o.GetName(), err)
		}
	}
	return nil
}

// manifests reads every object in config/rbac.
func manifests() ([]*unstructured.Unstructured, error) {
	root, err := modtest.ModuleRoot()
	if err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(root, "config", "rbac", "*.yaml"))
	if err != nil {
		return nil, err
	}
	var objects []*unstructured.Unstructured
	for _, file := range files {
		if filepath.Base(file) == "kustomization.yaml" {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		read, err := documents(data)
		if err != nil {
			return nil, fmt.Errorf("decode %s: %w", file, err)
		}
		objects = append(objects, read...)
	}
	return objects, nil
}

func documents(data []byte) (objects []*unstructured.Unstructured, err error) {
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(data), 4096)
	for {
		o := &unstructured.Unstructured{}
		if err := decoder.Decode(&o.Object); err != nil {
			if errors.Is(err, io.EOF) {
				return objects, nil
			}
			return nil, err
		}
		if len(o.Object) > 0 {
			objects = append(objects, o)
		}
	}
}

// as returns a client that acts as a user of a group of its own, to which the
// ClusterRole is bound in the namespace.
func as(t *testing.T, role, namespace string) client.Client {
	t.Helper()
	group := "people-with-" + role
	binding := &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: role, Namespace: namespace},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.GroupKind, Name: group}},
	}
	if err := env.Client.Create(t.Context(), binding); err != nil {
		t.Fatalf("Bind role: %v", err)
	}
	return impersonate(t, rest.ImpersonationConfig{UserName: "somebody", Groups: []string{group, "system:authenticated"}})
}

func impersonate(t *testing.T, who rest.ImpersonationConfig) client.Client {
	t.Helper()
	config := rest.CopyConfig(env.Config)
	config.Impersonate = who
	c, err := client.New(config, client.Options{Scheme: env.Scheme})
	if err != nil {
		t.Fatalf("Make client: %v", err)
	}
	return c
}
