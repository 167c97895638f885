package rbac

import (
	"slices"
	"strings"
	"testing"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/sheet"
	engine "github.com/modcap/modcap/internal/staffing"
	modtest "github.com/modcap/modcap/internal/testing"
)

var (
	staffing = []string{"reviewteams", "staffingtargets"}
	ordinary = []string{"capacityoverrides", "classifierpools", "metricsources", "moderationpolicies", "moderationqueues"}
	reading  = []string{"get", "list", "watch"}
	writing  = []string{"create", "update", "patch", "delete"}
)

// rights are what a role may do: each resource with its verbs; anything else of modcap's it may not.
type rights map[string][]string

func both(resources []string, verbs ...[]string) rights {
	r := rights{}
	for _, name := range resources {
		r[name] = slices.Concat(verbs...)
	}
	return r
}

func (r rights) and(o rights) rights {
	for k, v := range o {
		r[k] = v
	}
	return r
}

// TestRoles asks the API server about every verb on every resource of modcap, for
// every role of config/rbac that is for people, and for Kubernetes' own into which
// they aggregate.
func TestRoles(t *testing.T) {
	view := func() rights { return both(ordinary, reading) }
	edit := func() rights { return both(ordinary, reading, writing) }
	planner := both(staffing, reading, writing).and(both(ordinary, reading))
	planner["capacityoverrides"] = slices.Concat(reading, writing) // of some types: see TestPlannerOverrides
	cases := map[string]rights{
		"modcap-view":          view(),
		"modcap-edit":          edit(),
		"modcap-planner":       planner,
		"modcap-staffing-view": both(staffing, reading),
		"view":                 view(),
		"edit":                 edit(),
		"admin":                edit().and(both(staffing, reading, writing)),
	}
	aggregate(t, "view", "edit", "admin")
	for role, want := range cases {
		t.Run(role, func(t *testing.T) {
			namespace := env.Namespace(t)
			c := as(t, role, namespace)
			for _, resource := range slices.Concat(staffing, ordinary) {
				for _, verb := range slices.Concat(reading, writing) {
					check(t, c, namespace, verb, resource, "", slices.Contains(want[resource], verb))
				}
				check(t, c, namespace, "update", resource, "status", false)
				check(t, c, namespace, "patch", resource, "status", false)
			}
		})
	}
}

// aggregate does what kube-controller-manager does in a real cluster: it fills
// Kubernetes' own roles with the rules of those that are labelled for them.
func aggregate(t *testing.T, names ...string) {
	t.Helper()
	var all rbacv1.ClusterRoleList
	if err := env.Client.List(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	into := func(name string, r rbacv1.ClusterRole) bool {
		return r.Labels["rbac.authorization.k8s.io/aggregate-to-"+name] == "true"
	}
	for _, name := range names {
		var role rbacv1.ClusterRole
		if err := env.Client.Get(t.Context(), client.ObjectKey{Name: name}, &role); err != nil {
			t.Fatal(err)
		}
		role.Rules = nil
		for _, r := range all.Items {
			// edit selects what is labelled for it, and the bootstrap roles chain view into edit into admin.
			chained := name != "view" && into("view", r) || name == "admin" && into("edit", r)
			if into(name, r) || chained {
				role.Rules = append(role.Rules, r.Rules...)
			}
		}
		if err := env.Client.Update(t.Context(), &role); err != nil {
			t.Fatal(err)
		}
	}
}

// check asks whether the client may do something to a resource of modcap.
func check(t *testing.T, c client.Client, namespace, verb, resource, sub string, want bool) {
	t.Helper()
	ask(t, c, want, authorizationv1.ResourceAttributes{
		Namespace: namespace, Verb: verb, Group: v1alpha1.Group, Resource: resource, Subresource: sub,
	})
}

// checkCore asks whether the client may do something to a resource of the core API.
func checkCore(t *testing.T, c client.Client, namespace, verb, resource string, want bool) {
	t.Helper()
	ask(t, c, want, authorizationv1.ResourceAttributes{Namespace: namespace, Verb: verb, Resource: resource})
}

func ask(t *testing.T, c client.Client, want bool, what authorizationv1.ResourceAttributes) {
	t.Helper()
	review := &authorizationv1.SelfSubjectAccessReview{
		Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &what},
	}
	if err := c.Create(t.Context(), review); err != nil {
		t.Fatalf("Ask for access: %v", err)
	}
	if review.Status.Allowed != want {
		t.Errorf("May %s %s %s: %t, want %t", what.Verb, what.Resource, what.Subresource, review.Status.Allowed, want)
	}
}

// TestPlannerEdits does what a planner does all day, and what is not theirs to do.
func TestPlannerEdits(t *testing.T) {
	namespace := env.Namespace(t)
	c := as(t, "modcap-planner", namespace)
	team := modtest.MakeTeam("kl", namespace).Obj()
	if err := c.Create(t.Context(), team); err != nil {
		t.Fatalf("Create team: %v", err)
	}
	team.Spec.Shifts[0].Headcount++
	if err := c.Update(t.Context(), team); err != nil {
		t.Errorf("Update team: %v", err)
	}
	if err := c.Status().Update(t.Context(), team); !apierrors.IsForbidden(err) {
		t.Errorf("Update of a team's status gives %v, want Forbidden", err)
	}
	queue := modtest.MakeQueue("live", namespace).Obj()
	if err := c.Create(t.Context(), queue); !apierrors.IsForbidden(err) {
		t.Errorf("Create of a queue gives %v, want Forbidden", err)
	}
	var queues v1alpha1.ModerationQueueList
	if err := c.List(t.Context(), &queues, client.InNamespace(namespace)); err != nil {
		t.Errorf("List queues: %v", err)
	}
	elsewhere := modtest.MakeTeam("kl", env.Namespace(t)).Obj()
	if err := c.Create(t.Context(), elsewhere); !apierrors.IsForbidden(err) {
		t.Errorf("Create of a team in another namespace gives %v, want Forbidden", err)
	}
}

// TestViewHidesStaffing lists the staffing kinds with and without the role for it.
func TestViewHidesStaffing(t *testing.T) {
	namespace := env.Namespace(t)
	viewer, allowed := as(t, "modcap-view", namespace), as(t, "modcap-staffing-view", namespace)
	for _, list := range []client.ObjectList{&v1alpha1.ReviewTeamList{}, &v1alpha1.StaffingTargetList{}} {
		if err := viewer.List(t.Context(), list, client.InNamespace(namespace)); !apierrors.IsForbidden(err) {
			t.Errorf("List of %T by a viewer gives %v, want Forbidden", list, err)
		}
		if err := allowed.List(t.Context(), list, client.InNamespace(namespace)); err != nil {
			t.Errorf("List of %T: %v", list, err)
		}
	}
}

// TestPlansAreRead asks who may read plans, which are ConfigMaps, and that none of the roles for
// people may write one: a plan is the operator's word.
func TestPlansAreRead(t *testing.T) {
	for role, reads := range map[string]bool{
		"modcap-view": false, "modcap-edit": false, "modcap-planner": true, "modcap-staffing-view": true,
	} {
		t.Run(role, func(t *testing.T) {
			namespace := env.Namespace(t)
			c := as(t, role, namespace)
			for _, verb := range reading {
				checkCore(t, c, namespace, verb, "configmaps", reads)
			}
			for _, verb := range writing {
				checkCore(t, c, namespace, verb, "configmaps", false)
			}
			checkCore(t, c, namespace, "get", "secrets", false) // where money is
		})
	}
}

// TestPlannerReadsPlans does what kubectl modcap staffing does, with no more than the rights to look.
func TestPlannerReadsPlans(t *testing.T) {
	namespace := env.Namespace(t)
	target := modtest.MakeTarget("emea", namespace).Obj()
	plan := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "emea-plan", Namespace: namespace}}
	cost := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "cost", Namespace: namespace}}
	for _, o := range []client.Object{target, plan, cost} {
		if err := env.Client.Create(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	for _, role := range []string{"modcap-staffing-view", "modcap-planner"} {
		c := as(t, role, namespace)
		for name, o := range map[string]client.Object{"emea": &v1alpha1.StaffingTarget{}, "emea-plan": &corev1.ConfigMap{}} {
			if err := c.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: name}, o); err != nil {
				t.Errorf("%s: get %T: %v", role, o, err)
			}
		}
		if err := c.Get(t.Context(), client.ObjectKeyFromObject(cost), &corev1.Secret{}); !apierrors.IsForbidden(err) {
			t.Errorf("%s: get of the costs gives %v, want Forbidden", role, err)
		}
		if err := c.Delete(t.Context(), plan.DeepCopy()); !apierrors.IsForbidden(err) {
			t.Errorf("%s: delete of a plan gives %v, want Forbidden", role, err)
		}
	}
}

// TestViewReadsNoTeamInAPlan reads what a plan was made from with Kubernetes' own view, which may read
// ConfigMaps: nothing of a team but its name is there.
func TestViewReadsNoTeamInAPlan(t *testing.T) {
	aggregate(t, "view")
	namespace := env.Namespace(t)
	team := modtest.MakeTeam("kl", namespace).Site("cyberjaya").Clearances("csae-cleared").Shrinkage("13.7", "0").Obj()
	in := engine.Input{Now: sample.At(time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC))}
	resolved, err := resolve.Team(team, in.Now.Time(), in.Grid())
	if err != nil {
		t.Fatal(err)
	}
	in.Teams = []engine.Team{resolved}
	packed, err := sheet.PackInput(&in)
	if err != nil {
		t.Fatal(err)
	}
	stored := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: sheet.InputName("emea"), Namespace: namespace}, BinaryData: map[string][]byte{sheet.InputKey: packed},
	}
	for _, o := range []client.Object{team, stored} {
		if err := env.Client.Create(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	for role, teams := range map[string]bool{"view": false, "modcap-staffing-view": true, "modcap-planner": true} {
		c := as(t, role, namespace)
		var m corev1.ConfigMap
		if err := c.Get(t.Context(), client.ObjectKeyFromObject(stored), &m); err != nil {
			t.Fatalf("%s: %v", role, err)
		}
		text, err := sheet.Unpack(m.BinaryData[sheet.InputKey])
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"cyberjaya", "csae-cleared", "137000", "scheduled", "shrinkage"} {
			if strings.Contains(string(text), word) {
				t.Errorf("%s reads %s in %s", role, word, text)
			}
		}
		if err := c.Get(t.Context(), client.ObjectKeyFromObject(team), team.DeepCopy()); (err == nil) != teams || err != nil && !apierrors.IsForbidden(err) {
			t.Errorf("%s: get of the team gives %v", role, err)
		}
	}
}
