package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/explain"
	"github.com/modcap/modcap/internal/replay"
	modtest "github.com/modcap/modcap/internal/testing"
)

func TestParseSubject(t *testing.T) {
	for text, want := range map[string]subject{
		"queue/live-br": {true, "live-br"}, "mqueue/a": {true, "a"}, "moderationqueue/a": {true, "a"}, "ModerationQueues.modcap.dev/a": {true, "a"},
		"queue a": {true, "a"}, "pool/text": {false, "text"}, "cpool/a": {false, "a"}, "classifierpool/a": {false, "a"},
		"classifierpools.v1alpha1.modcap.dev/a": {}, "pool": {}, "pool/": {}, "pool/a/b": {}, "queue a b": {}, "deploy/a": {}, "a": {},
	} {
		got, err := parseSubject(strings.Fields(text))
		if got != want || (err == nil) != (want.name != "") {
			t.Errorf("%q is %+v (%v), want %+v", text, got, err, want)
		}
	}
}

// world is a namespace with a pool, its queues and what was recorded of it, and a
// person who may view it.
type world struct {
	env        *modtest.Env
	namespace  string
	kubeconfig string
}

const (
	viewer = "on-call"
	// latest is what the latest of the recorded decisions says of itself.
	latest = "Scale up to 33 replicas (needed 32); settled by Patience"
)

func makeWorld(t *testing.T, env *modtest.Env) *world {
	t.Helper()
	w := &world{env: env, namespace: env.Namespace(t)}
	admin, _ := env.Kubeconfig(t)
	config, err := clientcmd.LoadFromFile(admin)
	if err != nil {
		t.Fatal(err)
	}
	for _, user := range config.AuthInfos {
		user.Impersonate = viewer
	}
	config.Contexts[config.CurrentContext].Namespace = w.namespace
	w.kubeconfig = filepath.Join(t.TempDir(), "kubeconfig")
	if err := clientcmd.WriteToFile(*config, w.kubeconfig); err != nil {
		t.Fatal(err)
	}
	// Kubernetes' view is both of these once it is aggregated, which nobody does here.
	w.bind(t, "system:aggregate-to-view")
	w.bind(t, "modcap-view")
	for _, o := range []client.Object{
		modtest.MakePool("text", w.namespace).Obj(),
		modtest.MakeQueue("comments", w.namespace).Pool("text").Obj(),
		modtest.MakeQueue("orphan", w.namespace).Pool("gone").Obj(),
		modtest.MakeQueue("appeals", w.namespace).NoClassification().Review(modtest.MakeReview("all")).Obj(),
		&corev1.ConfigMap{
			ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: "text-decisions"},
			BinaryData: map[string][]byte{replay.Key: gzipped(t, []byte(strings.ReplaceAll(string(recordedJSON(t)), `"demo/`, `"`+w.namespace+`/`)))},
		},
	} {
		if err := env.Client.Create(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	w.status(t, func(s *v1alpha1.ClassifierPoolStatus) {
		s.Decisions = "text-decisions"
		s.Replicas = &v1alpha1.PoolReplicas{Ready: 18, Current: 18, Wanted: 33}
		s.Decision = &v1alpha1.PoolDecision{
			At: metav1.NewTime(time.Date(2026, 11, 1, 14, 15, 5, 0, time.UTC)), Verdict: "ScaleUp", Binding: "Patience",
			Explanation: []string{latest},
		}
	})
	return w
}

// bind gives the viewer a role in the namespace.
func (w *world) bind(t *testing.T, role string) {
	t.Helper()
	binding := &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: strings.ReplaceAll(role, ":", "-")},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
		Subjects:   []rbacv1.Subject{{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: viewer}},
	}
	if err := w.env.Client.Create(t.Context(), binding); err != nil {
		t.Fatal(err)
	}
}

// unbind takes it away, and asks until the answer shows that the API server knows.
func (w *world) unbind(t *testing.T, role, until string) {
	t.Helper()
	binding := &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: strings.ReplaceAll(role, ":", "-")}}
	if err := w.env.Client.Delete(t.Context(), binding); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for ctx.Err() == nil {
		if out, err := w.plugin(t, "explain", "pool/text"); strings.Contains(out+fmt.Sprint(err), until) {
			return
		}
	}
	t.Fatalf("the role %s is still in force", role)
}

// status changes the pool's.
func (w *world) status(t *testing.T, change func(s *v1alpha1.ClassifierPoolStatus)) {
	t.Helper()
	var p v1alpha1.ClassifierPool
	if err := w.env.Client.Get(t.Context(), client.ObjectKey{Namespace: w.namespace, Name: "text"}, &p); err != nil {
		t.Fatal(err)
	}
	change(&p.Status)
	if err := w.env.Client.Status().Update(t.Context(), &p); err != nil {
		t.Fatal(err)
	}
}

// plugin runs the plugin as the viewer.
func (w *world) plugin(t *testing.T, args ...string) (string, error) {
	t.Helper()
	return runPlugin(t, nil, append(args, "--kubeconfig", w.kubeconfig)...)
}

// records puts a history into the ConfigMap.
func (w *world) records(t *testing.T, data []byte) {
	t.Helper()
	m := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: "text-decisions"}, BinaryData: map[string][]byte{replay.Key: data},
	}
	if err := w.env.Client.Update(t.Context(), m); err != nil {
		t.Fatal(err)
	}
}

// TestAgainstTheAPIServer asks a real one, with the rights of view and no more.
func TestAgainstTheAPIServer(t *testing.T) {
	env, err := modtest.StartEnv()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := env.Stop(); err != nil {
			t.Error(err)
		}
	})
	applyViewRole(t, env)
	for name, check := range map[string]func(t *testing.T, w *world){
		"answers": answers, "sentences": sentences, "rights": rights, "no history": noHistory, "no decision": noDecision,
	} {
		t.Run(name, func(t *testing.T) { check(t, makeWorld(t, env)) })
	}
}

func applyViewRole(t *testing.T, env *modtest.Env) {
	t.Helper()
	data, err := os.ReadFile("../../config/rbac/user_roles.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range strings.Split(string(data), "\n---\n") {
		var role rbacv1.ClusterRole
		if err := yaml.Unmarshal([]byte(one), &role); err != nil {
			t.Fatal(err)
		}
		if role.Name == "modcap-view" {
			if err := env.Client.Create(t.Context(), &role); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatal("there is no role modcap-view")
}

func answers(t *testing.T, w *world) {
	w.expect(t, []string{"explain", "pool/text"}, "pool/text in namespace "+w.namespace, latest, "Replicas without a bound")
	w.expect(t, []string{"explain", "mqueue", "comments", "--at", "2026-11-01T14:02:30Z"},
		"queue/comments on pool/text in namespace "+w.namespace, fmt.Sprintf("%d are newer on record", recordings-1), "comments needs ", "comments *", "450, Fresh, 2s old")
	out, err := w.plugin(t, "explain", "queue/comments", "-o", "json", "--at", "2026-11-01T14:02:30Z")
	if err != nil {
		t.Fatal(err)
	}
	var r explain.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	if r.Queue != "comments" || r.Pool != "text" || len(r.Queues) != 2 || r.Decision == nil || r.Decision.At != "2026-11-01T14:02:05Z" {
		t.Errorf("report is %s", out)
	}
	if out, err := w.plugin(t, "replay", "cpool/text"); err != nil || strings.Count(out, " same\n") != recordings {
		t.Errorf("replay: %v\n%s", err, out)
	}
	text := strings.ReplaceAll(string(recordedJSON(t)), `"sufficient": true`, `"sufficient": false`)
	w.records(t, gzipped(t, []byte(text)))
	if out, err := w.plugin(t, "replay", "pool/text"); err == nil || !strings.Contains(out, "+ .sufficient: true") {
		t.Errorf("replay of a changed record: %v\n%s", err, out)
	}
}

// expect runs the plugin and looks for what it must say.
func (w *world) expect(t *testing.T, args []string, want ...string) {
	t.Helper()
	out, err := w.plugin(t, args...)
	if err != nil {
		t.Errorf("%q: %v", args, err)
	}
	for _, s := range want {
		if !strings.Contains(out, s) {
			t.Errorf("%q: no %q in\n%s", args, s, out)
		}
	}
}

// refuse runs the plugin and compares the error.
func (w *world) refuse(t *testing.T, want string, args ...string) {
	t.Helper()
	if out, err := w.plugin(t, args...); err == nil || err.Error() != want {
		t.Errorf("%q: error %v, want %s\n%s", args, err, want, out)
	}
}

func sentences(t *testing.T, w *world) {
	empty := w.env.Namespace(t)
	w.refuse(t, fmt.Sprintf("ClassifierPool txet does not exist in namespace %s; there are text", w.namespace), "explain", "pool/txet")
	w.refuse(t, fmt.Sprintf("ModerationQueue x does not exist in namespace %s; there are appeals, comments, orphan", w.namespace), "explain", "queue/x")
	w.refuse(t, fmt.Sprintf("queue/orphan names pool/gone in spec.classification.poolRef: ClassifierPool gone does not exist in namespace %s; "+
		"there are text", w.namespace), "explain", "queue/orphan")
	w.refuse(t, fmt.Sprintf("queue/appeals has no machines to explain (spec.classification is not set): people do all its work, "+
		"and kubectl describe mqueue appeals -n %s shows how many are needed", w.namespace), "explain", "queue/appeals")
	w.refuse(t, fmt.Sprintf("you may not read ClassifierPool text: have the ClusterRole view bound to you in namespace %s", empty),
		"explain", "pool/text", "-n", empty)
	w.refuse(t, `-o is text or json, not "yaml"`, "explain", "pool/text", "-o", "yaml")
	w.refuse(t, `read kubeconfig: context "other" does not exist`, "explain", "pool/text", "--context", "other")
	w.refuse(t, `"text" is neither queue/NAME nor pool/NAME (mqueue/NAME and cpool/NAME do as well)`, "explain", "text")
	admin, _ := w.env.Kubeconfig(t)
	if _, err := runPlugin(t, nil, "explain", "pool/text", "-n", empty, "--kubeconfig", admin); err == nil || !strings.HasSuffix(err.Error(),
		fmt.Sprintf("does not exist in namespace %s, and there is no other; choose a namespace with -n", empty)) {
		t.Errorf("an empty namespace: %v", err)
	}
	w.records(t, gzipped(t, []byte(strings.ReplaceAll(string(recordedJSON(t)), `"rules": "`, `"rules": "0.`))))
	w.expect(t, []string{"explain", "pool/text"}, "The decision of 2026-11-01T14:15:05.250Z was made by version \"0.",
		"use the kubectl-modcap of the operator's release; what follows is what the status says", latest)
	w.records(t, []byte("torn"))
	w.expect(t, []string{"explain", "pool/text"}, "ConfigMap text-decisions cannot be read (decode decisions: ", "delete it, and the operator starts it anew")
	w.records(t, nil)
	w.refuse(t, "ConfigMap text-decisions holds no decision", "replay", "pool/text")
}

// rights takes the viewer's away, one after the other.
func rights(t *testing.T, w *world) {
	w.unbind(t, "system:aggregate-to-view", "You may not read ConfigMap")
	w.expect(t, []string{"explain", "queue/comments"}, "You may not read ConfigMap text-decisions, in which the decisions are recorded: "+
		"have the ClusterRole view bound to you in namespace "+w.namespace, latest)
	w.unbind(t, "modcap-view", "you may not read ClassifierPool")
	w.refuse(t, "you may not read ModerationQueue comments: have the ClusterRole view bound to you in namespace "+w.namespace, "explain", "queue/comments")
}

func noHistory(t *testing.T, w *world) {
	m := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: "text-decisions"}}
	if err := w.env.Client.Delete(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	gone := "ConfigMap text-decisions, in which the decisions are recorded, does not exist: it was deleted, and comes back with the " +
		"next decision that changes something"
	w.expect(t, []string{"explain", "pool/text"}, gone, latest)
	w.refuse(t, gone, "replay", "pool/text")
	w.status(t, func(s *v1alpha1.ClassifierPoolStatus) { s.Decisions = "" })
	w.expect(t, []string{"explain", "pool/text"}, "No decision of this pool is recorded: an operator with --read-only keeps none")
}

func noDecision(t *testing.T, w *world) {
	w.status(t, func(s *v1alpha1.ClassifierPoolStatus) { *s = v1alpha1.ClassifierPoolStatus{} })
	w.refuse(t, "pool/text has no decision yet, and no condition: the operator has not looked at it; see whether it is up "+
		"(kubectl get pods -A -l app.kubernetes.io/name=modcap)", "explain", "pool/text")
	w.status(t, func(s *v1alpha1.ClassifierPoolStatus) {
		s.Conditions = []metav1.Condition{{
			Type: v1alpha1.ConditionReady, Status: metav1.ConditionFalse, Reason: v1alpha1.ReasonTargetNotFound,
			Message: "Deployment text does not exist in this namespace", LastTransitionTime: metav1.NewTime(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)),
		}}
	})
	w.refuse(t, "pool/text has no decision yet: Ready is False (TargetNotFound): Deployment text does not exist in this namespace", "explain", "queue/comments")
}

func TestNoCluster(t *testing.T) {
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "none"))
	t.Setenv("KUBERNETES_SERVICE_HOST", "")
	_, err := runPlugin(t, nil, "explain", "pool/text")
	if want := "no cluster is configured: set KUBECONFIG or --kubeconfig"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}
