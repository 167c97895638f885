package rbac

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	modtest "github.com/modcap/modcap/internal/testing"
)

// TestNoWildcards forbids "*" in every role that is shipped.
func TestNoWildcards(t *testing.T) {
	seen := 0
	for _, role := range roles(t) {
		for _, rule := range role.Rules {
			seen++
			for _, words := range [][]string{rule.Verbs, rule.APIGroups, rule.Resources, rule.NonResourceURLs} {
				if slices.ContainsFunc(words, func(s string) bool { return strings.Contains(s, "*") }) {
					t.Errorf("%s has a wildcard in %v", role.Name, rule)
				}
			}
		}
	}
	if seen == 0 {
		t.Error("No rule was read")
	}
}

func roles(t *testing.T) (out []rbacv1.ClusterRole) {
	t.Helper()
	objects, err := manifests()
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range objects {
		if o.GetKind() != "ClusterRole" && o.GetKind() != "Role" {
			continue
		}
		var role rbacv1.ClusterRole
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Object, &role); err != nil {
			t.Fatal(err)
		}
		out = append(out, role)
	}
	return out
}

// TestManagerRoleIsWhatTheMarkersSay compares the operator's role with the markers
// beside the calls, both ways, independently of the generator: a marker that the
// generator overlooks is a right that is missing in the field.
func TestManagerRoleIsWhatTheMarkersSay(t *testing.T) {
	marked := markers(t)
	if len(marked) == 0 {
		t.Fatal("No marker was found")
	}
	granted := map[string]bool{}
	for _, role := range roles(t) {
		if role.Name != "modcap-manager" {
			continue
		}
		for _, rule := range role.Rules {
			spread(granted, rule.APIGroups, rule.Resources, rule.Verbs)
		}
	}
	for right := range marked {
		if !granted[right] {
			t.Errorf("A marker asks for %s, config/rbac/role.yaml does not grant it", right)
		}
	}
	for right := range granted {
		if !marked[right] {
			t.Errorf("config/rbac/role.yaml grants %s, no marker asks for it", right)
		}
	}
}

func spread(into map[string]bool, groups, resources, verbs []string) {
	for _, g := range groups {
		for _, r := range resources {
			for _, v := range verbs {
				into[fmt.Sprintf("%s of %s in %q", v, r, g)] = true
			}
		}
	}
}

var marker = regexp.MustCompile(`(?m)^\s*// ?\+kubebuilder:rbac:(\S+)`)

func markers(t *testing.T) map[string]bool {
	t.Helper()
	root, err := modtest.ModuleRoot()
	if err != nil {
		t.Fatal(err)
	}
	rights := map[string]bool{}
	for _, top := range []string{"controllers", "internal"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".go" {
				return err
			}
			data, err := os.ReadFile(path)
			for _, m := range marker.FindAllStringSubmatch(string(data), -1) {
				fields := map[string][]string{}
				for _, field := range strings.Split(m[1], ",") {
					key, value, _ := strings.Cut(field, "=")
					fields[key] = strings.Split(strings.Trim(value, `"`), ";")
				}
				spread(rights, fields["groups"], fields["resources"], fields["verbs"])
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return rights
}

// TestManagerMayNotChangeSpecs impersonates the operator's account: it writes
// statuses and never a spec, and reads a Secret only by name.
func TestManagerMayNotChangeSpecs(t *testing.T) {
	namespace := env.Namespace(t)
	c := impersonate(t, rest.ImpersonationConfig{
		UserName: "system:serviceaccount:modcap-system:modcap-manager",
		Groups:   []string{"system:serviceaccounts", "system:serviceaccounts:modcap-system", "system:authenticated"},
	})
	queue := modtest.MakeQueue("live", namespace).Obj()
	if err := env.Client.Create(t.Context(), queue); err != nil {
		t.Fatal(err)
	}
	read := queue.DeepCopy()
	if err := c.Get(t.Context(), client.ObjectKeyFromObject(queue), read); err != nil {
		t.Fatalf("Get queue: %v", err)
	}
	read.Status.FindingCount = 1
	if err := c.Status().Update(t.Context(), read); err != nil {
		t.Errorf("Update status of queue: %v", err)
	}
	read.Spec.Protected = true
	if err := c.Update(t.Context(), read); !apierrors.IsForbidden(err) {
		t.Errorf("Update of a spec gives %v, want Forbidden", err)
	}
	if err := c.Delete(t.Context(), read); !apierrors.IsForbidden(err) {
		t.Errorf("Delete of a queue gives %v, want Forbidden", err)
	}
	for _, verb := range []string{"list", "watch", "create", "update", "patch", "delete"} {
		checkCore(t, c, namespace, verb, "secrets", false)
	}
	checkCore(t, c, namespace, "get", "secrets", true)
	for _, verb := range []string{"create", "update", "delete"} {
		checkCore(t, c, namespace, verb, "pods", false)
	}
	checkCore(t, c, namespace, "patch", "pods", true)
	for verb, may := range map[string]bool{"list": true, "create": true, "update": true, "delete": true, "patch": false, "deletecollection": false} {
		ask(t, c, may, authorizationv1.ResourceAttributes{Namespace: namespace, Verb: verb, Group: "apps", Resource: "controllerrevisions"})
	}
	for _, verb := range []string{"create", "update", "patch", "delete"} {
		ask(t, c, false, authorizationv1.ResourceAttributes{Namespace: namespace, Verb: verb, Group: "apps", Resource: "statefulsets"})
	}
}
