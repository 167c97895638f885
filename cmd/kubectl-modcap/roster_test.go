package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
	"sigs.k8s.io/yaml"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/roster"
	modtest "github.com/modcap/modcap/internal/testing"
)

// office is a namespace with teams, and people with different rights to them.
type office struct {
	env       *modtest.Env
	namespace string
	dir       string
	// as are the kubeconfigs of whoever has the role.
	as map[string]string
}

const (
	plannerRole      = "modcap-planner"
	staffingViewRole = "modcap-staffing-view"
	viewRole         = "modcap-view"
)

func makeOffice(t *testing.T, env *modtest.Env) *office {
	t.Helper()
	o := &office{env: env, namespace: env.Namespace(t), dir: t.TempDir(), as: map[string]string{}}
	admin, _ := env.Kubeconfig(t)
	for _, role := range []string{plannerRole, staffingViewRole, viewRole} {
		config, err := clientcmd.LoadFromFile(admin)
		if err != nil {
			t.Fatal(err)
		}
		for _, user := range config.AuthInfos {
			user.Impersonate = "somebody-with-" + role
		}
		config.Contexts[config.CurrentContext].Namespace = o.namespace
		o.as[role] = filepath.Join(o.dir, role)
		if err := clientcmd.WriteToFile(*config, o.as[role]); err != nil {
			t.Fatal(err)
		}
		o.create(t, &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Namespace: o.namespace, Name: role},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
			Subjects:   []rbacv1.Subject{{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: "somebody-with-" + role}},
		})
	}
	night := modtest.MakeShift("night", "22:00", "06:00", 12)
	night.Days, night.From = []v1alpha1.Weekday{"Mon", "Tue", "Wed", "Thu", "Fri"}, "2026-10-01"
	kl := modtest.MakeTeam("kl-1", o.namespace).Site("kuala-lumpur").TimeZone("Asia/Kuala_Lumpur").Label("plan", "trust").
		Shifts(modtest.MakeShift("day", "08:00", "16:00", 16), night).Calendar("new-year", "2027-01-01", "2027-01-01", -10).
		Cohort("autumn", 4, "2026-10-05", v1alpha1.RampStep{AfterWeeks: 0, Percent: "40"}, v1alpha1.RampStep{AfterWeeks: 8, Percent: "100"}).Obj()
	kl.Spec.Calendar[0].Reason = "cuti umum"
	o.create(t, kl)
	o.create(t, modtest.MakeTeam("lisbon", o.namespace).Site("lisbon").TimeZone("Europe/Lisbon").
		Shifts(modtest.MakeShift("early", "06:00", "14:00", 34), modtest.MakeShift("late", "14:00", "22:00", 34)).Obj())
	o.create(t, modtest.MakeTarget("trust", o.namespace).Obj())
	return o
}

func (o *office) create(t *testing.T, object client.Object) {
	t.Helper()
	if err := o.env.Client.Create(t.Context(), object); err != nil {
		t.Fatal(err)
	}
}

func (o *office) team(t *testing.T, name string) *v1alpha1.ReviewTeam {
	t.Helper()
	var team v1alpha1.ReviewTeam
	if err := o.env.Client.Get(t.Context(), client.ObjectKey{Namespace: o.namespace, Name: name}, &team); err != nil {
		t.Fatal(err)
	}
	return &team
}

// versions of the teams: what is not written keeps them.
func (o *office) versions(t *testing.T) string {
	t.Helper()
	return o.team(t, "kl-1").ResourceVersion + " " + o.team(t, "lisbon").ResourceVersion
}

func (o *office) file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(o.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// runs the plugin as whoever has the role, and gives what it says without the names of
// the directory and the namespace.
func (o *office) run(t *testing.T, role string, args ...string) (out, said string, err error) {
	t.Helper()
	return o.runWith(t, "", role, args...)
}

func (o *office) runWith(t *testing.T, stdin, role string, args ...string) (out, said string, err error) {
	t.Helper()
	var outs, errs bytes.Buffer
	root := newRoot(streams{In: strings.NewReader(stdin), Out: &outs, Err: &errs})
	root.SetArgs(append(args, "--kubeconfig", o.as[role]))
	err = root.ExecuteContext(t.Context())
	said = errs.String()
	if err != nil {
		said += "error: " + err.Error() + "\n"
	}
	plain := strings.NewReplacer(o.dir+"/", "", o.namespace, "NAMESPACE")
	return plain.Replace(outs.String()), plain.Replace(said), err
}

// says runs the plugin and compares all that it says.
func (o *office) says(t *testing.T, role, want string, args ...string) {
	t.Helper()
	out, said, _ := o.run(t, role, args...)
	if diff := cmp.Diff(strings.TrimPrefix(want, "\n"), out+said); diff != "" {
		t.Errorf("%s as %s (-want +got):\n%s", strings.Join(args, " "), role, diff)
	}
}

// TestRosterAgainstTheAPIServer carries rosters out of a real one and into it.
func TestRosterAgainstTheAPIServer(t *testing.T) {
	env, err := modtest.StartEnv()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := env.Stop(); err != nil {
			t.Error(err)
		}
	})
	applyRoles(t, env, plannerRole, staffingViewRole, viewRole)
	for name, check := range map[string]func(t *testing.T, o *office){
		"export": exports, "round trip": roundTrip, "edit": edits, "refused": refused, "rights": rosterRights, "raced": raced,
		"headcount": headcounts, "people": peopleStayOut, "wrong files": wrongFiles, "forms": forms, "schedule": scheduled, "exit codes": exitCodes,
	} {
		t.Run(name, func(t *testing.T) { check(t, makeOffice(t, env)) })
	}
}

func applyRoles(t *testing.T, env *modtest.Env, names ...string) {
	t.Helper()
	data, err := os.ReadFile("../../config/rbac/user_roles.yaml")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, one := range strings.Split(string(data), "\n---\n") {
		var role rbacv1.ClusterRole
		if err := yaml.Unmarshal([]byte(one), &role); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(strings.Join(names, " ")+" ", role.Name+" ") {
			found++
			if err := env.Client.Create(t.Context(), &role); err != nil {
				t.Fatal(err)
			}
		}
	}
	if found != len(names) {
		t.Fatalf("%d of the roles %q exist", found, names)
	}
}

const exported = `team,site,time_zone,shift,days,start,end,headcount,from,until
kl-1,kuala-lumpur,Asia/Kuala_Lumpur,day,every day,08:00,16:00,16,,
kl-1,kuala-lumpur,Asia/Kuala_Lumpur,night,Mon Tue Wed Thu Fri,22:00,06:00,12,2026-10-01,
`

func exports(t *testing.T, o *office) {
	crlf := strings.NewReplacer("\n", "\r\n")
	o.says(t, staffingViewRole, crlf.Replace(exported)+crlf.Replace("lisbon,lisbon,Europe/Lisbon,early,every day,06:00,14:00,34,,\n"+
		"lisbon,lisbon,Europe/Lisbon,late,every day,14:00,22:00,34,,\n")+"standard output: 4 shifts of 2 teams\n", "roster", "export", "--csv", "-")
	for _, which := range [][]string{{"kl-1"}, {"--target", "trust"}, {"kl-1", "kl-1"}} {
		o.says(t, staffingViewRole, crlf.Replace(exported)+"standard output: 2 shifts of 1 team\n", append([]string{"roster", "export", "--csv", "-"}, which...)...)
	}
	shifts, cohorts := filepath.Join(o.dir, "shifts.csv"), filepath.Join(o.dir, "cohorts.csv")
	o.says(t, plannerRole, "shifts.csv: 4 shifts of 2 teams\ncohorts.csv: 1 cohort of 2 teams\n", "roster", "export", "--csv", shifts, "--cohorts", cohorts)
	o.says(t, plannerRole, "error: shifts.csv exists, and may have edits that are not imported yet: choose another name, or add --overwrite\n",
		"roster", "export", "--csv", shifts)
	o.says(t, plannerRole, "shifts.csv: 2 shifts of 1 team\n", "roster", "export", "lisbon", "--csv", shifts, "--overwrite")
	o.says(t, plannerRole, os.DevNull+": 1 calendar entry of 1 team\n", "roster", "export", "kl-1", "--calendar", os.DevNull, "--overwrite")
	o.says(t, plannerRole, "error: there is no team kl1 in namespace NAMESPACE; the nearest is kl-1\n", "roster", "export", "kl1", "--csv", "-")
	o.says(t, plannerRole, "error: StaffingTarget trsut does not exist in namespace NAMESPACE; there are trust\n", "roster", "export", "--target", "trsut", "--csv", "-")
	o.says(t, plannerRole, "error: name teams or --target, and not both\n", "roster", "export", "kl-1", "--target", "trust", "--csv", "-")
	o.says(t, plannerRole, "error: say which file: --csv FILE for the shifts, --calendar FILE, --cohorts FILE, or several of them\n", "roster", "export")
	o.says(t, plannerRole, "error: --csv, --calendar and --cohorts need a file each, and - is given twice\n", "roster", "export", "--csv", "-", "--cohorts", "-")
	if _, err := runPlugin(t, nil, "roster"); err == nil || err.Error() != "roster needs export or import: see kubectl modcap roster --help" {
		t.Error(err)
	}
}

func (o *office) export(t *testing.T) (files []string) {
	t.Helper()
	for _, flag := range []string{"--csv", "--calendar", "--cohorts"} {
		files = append(files, flag, filepath.Join(o.dir, flag[2:]+".csv"))
	}
	if _, said, err := o.run(t, plannerRole, append([]string{"roster", "export"}, files...)...); err != nil {
		t.Fatal(said)
	}
	return files
}

func roundTrip(t *testing.T, o *office) {
	before := o.versions(t)
	for _, more := range [][]string{nil, {"--prune"}, {"--write"}, {"--prune", "--write"}} {
		args := append(append([]string{"roster", "import"}, more...), o.export(t)...)
		o.says(t, plannerRole, "No difference: nothing to write.\n", args...)
		for _, flag := range []string{"csv", "calendar", "cohorts"} {
			if err := os.Remove(filepath.Join(o.dir, flag+".csv")); err != nil {
				t.Fatal(err)
			}
		}
	}
	if after := o.versions(t); after != before {
		t.Errorf("versions were %s and are %s", before, after)
	}
}

const edit = `team;shift;days;start;end;headcount;from;until
kl-1;night;Mon-Fri;22:00;6:00;14;2026-10-01;
kl-1;late;every day;2:00 PM;22:00;8;;
`

func edits(t *testing.T, o *office) {
	const differences = `
kl-1: shift night: headcount 12 → 14
kl-1: new shift late: every day 14:00 to 22:00, 8 people
`
	path := o.file(t, "edit.csv", edit)
	before := o.versions(t)
	lisbon := o.team(t, "lisbon")
	o.says(t, plannerRole, differences+"2 differences in 1 team. Nothing was written; the cluster would take it. Add --write to write it.\n",
		"roster", "import", "--csv", path)
	if after := o.versions(t); after != before {
		t.Errorf("a dry run wrote: versions were %s and are %s", before, after)
	}
	want := o.team(t, "kl-1").Spec
	want.Shifts[1].Headcount = 14
	want.Shifts = append(want.Shifts, modtest.MakeShift("late", "14:00", "22:00", 8))
	o.says(t, plannerRole, differences+"2 differences in 1 team; written: 1 team.\n", "roster", "import", "--csv", path, "--write")
	kl := o.team(t, "kl-1")
	if diff := cmp.Diff(want, kl.Spec); diff != "" {
		t.Error(diff)
	}
	if !slices.ContainsFunc(kl.ManagedFields, func(m metav1.ManagedFieldsEntry) bool { return m.Manager == "kubectl-modcap" }) {
		t.Errorf("the writers are %v", kl.ManagedFields)
	}
	if diff := cmp.Diff(lisbon, o.team(t, "lisbon")); diff != "" {
		t.Error(diff)
	}
	o.says(t, plannerRole, `
kl-1: shift day removed (it was every day 08:00 to 16:00, 16 people)
1 difference in 1 team; written: 1 team.
`, "roster", "import", "--csv", path, "--prune", "--write")
	if shifts := o.team(t, "kl-1").Spec.Shifts; len(shifts) != 2 || shifts[0].Name != "night" {
		t.Error(shifts)
	}
	empty := o.file(t, "calendar.csv", strings.Join(roster.Calendar.Columns(), ",")+"\n")
	o.says(t, plannerRole, `
kl-1: calendar entry new-year removed (it was on 2027-01-01, headcount of each shift -10, reason "cuti umum")
1 difference in 1 team; written: 1 team.
calendar.csv: there is no row below the header
`, "roster", "import", "--csv", path, "--calendar", empty, "--prune", "--write")
	if c := o.team(t, "kl-1").Spec.Calendar; len(c) != 0 {
		t.Error(c)
	}
}

func refused(t *testing.T, o *office) {
	before := o.versions(t)
	cohorts := o.file(t, "cohorts.csv", strings.Join(roster.Cohorts.Columns(), ",")+"\nkl-1,autumn,40,2026-10-05,week 0: 40%\nlisbon,new,4,2027-01-04,week 0: 50%\n")
	for _, more := range []string{"--prune", "--write"} {
		o.says(t, plannerRole, `
kl-1: cohort autumn: headcount 4 → 40
kl-1: cohort autumn: ramp week 0: 40%; week 8: 100% → week 0: 40%
kl-1: REFUSED by the cluster: cohorts are people of the shifts: together they cannot be more than the shifts' headcount
lisbon: new cohort new: 4 people, start 2027-01-04, ramp week 0: 50%
error: the cluster refuses 1 team; nothing was written
`, "roster", "import", "--cohorts", cohorts, more)
	}
	var rows strings.Builder
	rows.WriteString(strings.Join(roster.Shifts.Columns(), ",") + "\n")
	for i := range 31 {
		fmt.Fprintf(&rows, "lisbon,,,s%d,,08:00,16:00,1,,\n", i)
	}
	out, said, _ := o.run(t, plannerRole, "roster", "import", "--csv", o.file(t, "many.csv", rows.String()), "--write")
	if want := "lisbon: REFUSED by the cluster: spec.shifts: Too many: 33: must have at most 32 items\n"; !strings.Contains(out, want) {
		t.Errorf("no %q in\n%s%s", want, out, said)
	}
	if after := o.versions(t); after != before {
		t.Errorf("versions were %s and are %s", before, after)
	}
}

func rosterRights(t *testing.T, o *office) {
	before := o.versions(t)
	path := o.file(t, "edit.csv", edit)
	mayNot := "you may not change ReviewTeams: have the ClusterRole modcap-planner bound to you in namespace NAMESPACE"
	for more, last := range map[string]string{
		"--prune=false": "2 differences in 1 team. Nothing was written, and the cluster was not asked whether it would take it: " + mayNot + ".\n",
		"--write":       "error: " + mayNot + "; nothing was written\n",
	} {
		o.says(t, staffingViewRole, `
kl-1: shift night: headcount 12 → 14
kl-1: new shift late: every day 14:00 to 22:00, 8 people
`+last,
			"roster", "import", "--csv", path, more)
	}
	hidden := "error: you may not read ReviewTeams: have the ClusterRole modcap-staffing-view (to look) or modcap-planner (to change) " +
		"bound to you in namespace NAMESPACE\n"
	for _, args := range [][]string{
		{"roster", "import", "--csv", path}, {"roster", "export", "--csv", "-"}, {"headcount", "kl-1", "night", "14"},
	} {
		o.says(t, viewRole, hidden, args...)
	}
	if after := o.versions(t); after != before {
		t.Errorf("versions were %s and are %s", before, after)
	}
}

// raced has somebody else write a team between reading and writing.
func raced(t *testing.T, o *office) {
	between := func(after func(dry bool) bool) client.Client {
		watched, err := client.NewWithWatch(o.env.Config, client.Options{Scheme: o.env.Scheme})
		if err != nil {
			t.Fatal(err)
		}
		return interceptor.NewClient(watched, interceptor.Funcs{
			Patch: func(ctx context.Context, c client.WithWatch, obj client.Object, p client.Patch, opts ...client.PatchOption) error {
				var options client.PatchOptions
				options.ApplyOptions(opts)
				if obj.GetName() == "lisbon" && after(len(options.DryRun) > 0) {
					kl := o.team(t, "lisbon")
					kl.Spec.Shifts[0].Headcount++
					if err := o.env.Client.Update(ctx, kl); err != nil {
						return err
					}
				}
				return c.Patch(ctx, obj, p, opts...)
			},
		})
	}
	file, problems := roster.Shifts.Read([]byte("team,shift,days,start,end,headcount,from,until\nkl-1,day,,08:00,16:00,17,,\nlisbon,late,,14:00,22:00,35,,\n"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	changed := "somebody changed it since it was read: run the command again, and look at the differences anew"
	for want, when := range map[string]func(dry bool) bool{
		"the cluster refuses 1 team; nothing was written":             func(dry bool) bool { return dry },
		"write team lisbon: " + changed + "; written before it: kl-1": func(dry bool) bool { return !dry },
	} {
		c := &cluster{client: between(when), namespace: o.namespace}
		all, err := c.teams(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		e := edition{write: true, output: "text"}
		err = e.apply(t.Context(), streams{Out: &out}, c, all, roster.Edit{Files: []*roster.File{file}})
		if err == nil || err.Error() != want || !strings.Contains(out.String(), "lisbon: REFUSED by the cluster: "+changed) {
			t.Errorf("error %v, want %s\n%s", err, want, out.String())
		}
		if n := o.team(t, "lisbon").Spec.Shifts[1].Headcount; n != 34 {
			t.Errorf("lisbon has %d, written over another's change", n)
		}
		kl := o.team(t, "kl-1")
		kl.Spec.Shifts[0].Headcount = 16
		if err := o.env.Client.Update(t.Context(), kl); err != nil {
			t.Fatal(err)
		}
	}
}

func headcounts(t *testing.T, o *office) {
	o.says(t, plannerRole, "kl-1: shift night: headcount 12 → 14\n1 difference in 1 team. Nothing was written; the cluster would take it. Add --write to write it.\n",
		"headcount", "kl-1", "night", "14")
	if n := o.team(t, "kl-1").Spec.Shifts[1].Headcount; n != 12 {
		t.Errorf("it is %d", n)
	}
	o.says(t, plannerRole, "kl-1: shift night: headcount 12 → 14\n1 difference in 1 team; written: 1 team.\n", "headcount", "kl-1", "night", "14", "--write")
	if n := o.team(t, "kl-1").Spec.Shifts[1].Headcount; n != 14 {
		t.Errorf("it is %d", n)
	}
	o.says(t, plannerRole, "No difference: nothing to write.\n", "headcount", "kl-1", "night", "14", "--write")
	for keeper, mark := range map[string]func(team *v1alpha1.ReviewTeam){
		"Flux": func(team *v1alpha1.ReviewTeam) {
			team.Labels = map[string]string{"kustomize.toolkit.fluxcd.io/name": "teams"}
		},
		"Argo CD": func(team *v1alpha1.ReviewTeam) {
			team.Annotations = map[string]string{"argocd.argoproj.io/tracking-id": "teams"}
		},
	} {
		team := o.team(t, "lisbon")
		team.Labels, team.Annotations = nil, nil
		mark(team)
		if err := o.env.Client.Update(t.Context(), team); err != nil {
			t.Fatal(err)
		}
		o.says(t, plannerRole, "lisbon: shift late: headcount 34 → 35\nlisbon is kept by "+keeper+
			", which puts back what its repository says: make the change there as well (-o yaml shows it).\n"+
			"1 difference in 1 team. Nothing was written; the cluster would take it. Add --write to write it.\n", "headcount", "lisbon", "late", "35")
	}
	for want, args := range map[string][]string{
		"there is no team kl-2 in namespace NAMESPACE; the nearest is kl-1":                          {"kl-2", "night", "14"},
		"there is no team accra in namespace NAMESPACE; there are kl-1, lisbon":                      {"accra", "night", "14"},
		"team kl-1 has no shift nihgt; it has day, night":                                            {"kl-1", "nihgt", "14"},
		`"12,5" is no whole number of people`:                                                        {"kl-1", "night", "12,5"},
		"a headcount is 0 to 100000 people, not 200000":                                              {"kl-1", "night", "200000"},
		"headcount needs a team, a shift and a number of people, such as: headcount lisbon night 32": {"kl-1", "night"},
		`-o is text, json or yaml, not "csv"`:                                                        {"kl-1", "night", "3", "-o", "csv"},
	} {
		o.says(t, plannerRole, "error: "+want+"\n", append([]string{"headcount"}, args...)...)
	}
}

// peopleStayOut imports an export of a workforce suite, with its agents: nobody is in
// what is said, nor in an object.
func peopleStayOut(t *testing.T, o *office) {
	corpus := []string{"Siti", "Nurhaliza", "siti@example.com", "João", "Müller", "joao.mueller@example.com", "E10427"}
	header, cells := "", ""
	for _, person := range modtest.Names() { // in columns of their own, and as what these are called
		header, cells = header+","+strconv.Quote(person), cells+","+strconv.Quote(person)
		corpus = append(corpus, person)
	}
	path := o.file(t, "suite.csv", "team,Agent Name,E-Mail,employee_id,shift,days,start,end,headcount,from,until,Backup: João Müller"+header+"\n"+
		"kl-1,Siti Nurhaliza,siti@example.com,E10427,night,Mon-Fri,22:00,06:00,15,2026-10-01,,joao.mueller@example.com"+cells+"\n")
	out, said, err := o.run(t, plannerRole, "roster", "import", "--csv", path, "--write")
	if err != nil || o.team(t, "kl-1").Spec.Shifts[1].Headcount != 15 {
		t.Errorf("%v\n%s%s", err, out, said)
	}
	if n := strings.Count(said, "looks as if it were about persons and was dropped"); n != 3 || !strings.Contains(said, "column L is none of the roster's") {
		t.Errorf("said %s", said)
	}
	calendar := o.file(t, "calendar.csv", "team,entry,from,to,headcount_delta,reason\nkl-1,away,2027-02-01,2027-02-02,-1,leave of siti@example.com\n")
	out2, said2, err := o.run(t, plannerRole, "roster", "import", "--calendar", calendar, "--write")
	if err == nil {
		t.Error("an e-mail address was taken")
	}
	object, err := json.Marshal(o.team(t, "kl-1"))
	if err != nil {
		t.Fatal(err)
	}
	for _, person := range corpus {
		if strings.Contains(out+said+out2+said2+string(object), person) {
			t.Errorf("%q is in\n%s%s%s%s%s", person, out, said, out2, said2, object)
		}
	}
}

func wrongFiles(t *testing.T, o *office) {
	shifts := o.file(t, "shifts.csv", "team,shift,days,start,end,headcount,from,until\n"+
		"kl-2,day,,08:00,16:00,12,,\nkl-1,late,,8:00,8:00,12,03/04/2026,\nkl-1,night,,22:00,06:00,\"12,5\",,\n")
	calendar := o.file(t, "calendar.csv", "team,entry,from\n")
	told := func(first string) string {
		return `
error: shifts.csv cannot be imported, and nothing was written:
` + first + `  line 3, column end: the shift has no length: it starts and ends at 08:00; an end before the start is the next day's, and round the clock takes two shifts
  line 3, column from: "03/04/2026" is ambiguous: write 2026-04-03 or 2026-03-04, whichever is meant (in the spreadsheet: format the column as yyyy-mm-dd, or as text)
  line 4, column headcount: "12,5" is no whole number of people: write it without a comma or a point
calendar.csv cannot be imported, and nothing was written:
  line 1, column to: this column is missing; the header is team,entry,from,to,headcount_delta,reason
  line 1, column headcount_delta: this column is missing; the header is team,entry,from,to,headcount_delta,reason
  line 1, column reason: this column is missing; the header is team,entry,from,to,headcount_delta,reason
`
	}
	args := []string{"roster", "import", "--csv", shifts, "--calendar", calendar, "--write"}
	o.says(t, plannerRole, told("  line 2, column team: there is no team kl-2, the nearest is kl-1; import changes teams and makes none (kubectl apply does, with a file as in docs/kinds/reviewteam.md)\n"), args...)
	o.says(t, viewRole, told(""), args...) // what is wrong with a file needs no cluster
	o.says(t, plannerRole, "error: read roster: open gone.csv: no such file or directory\n", "roster", "import", "--csv", filepath.Join(o.dir, "gone.csv"))
	garbage := o.file(t, "garbage.csv", strings.Repeat("\x01garbage,", 10<<20/9))
	o.says(t, plannerRole, "error: garbage.csv cannot be imported, and nothing was written:\n  it is larger than 4 MiB, which no roster is: see whether it is the right file\n",
		"roster", "import", "--csv", garbage)
}

// forms are JSON and YAML: the latter are the teams as they would be.
func forms(t *testing.T, o *office) {
	out, said, err := o.runWith(t, edit, plannerRole, "roster", "import", "--csv", "-", "-o", "json")
	if diff := cmp.Diff(`{
  "teams": [
    {
      "team": "kl-1",
      "changes": [
        "shift night: headcount 12 → 14",
        "new shift late: every day 14:00 to 22:00, 8 people"
      ],
      "written": false
    }
  ]
}
`, out); diff != "" || err != nil || said != "" {
		t.Errorf("%v %s\n%s", err, said, diff)
	}
	out, said, err = o.runWith(t, edit, plannerRole, "roster", "import", "--csv", "-", "-o", "yaml")
	if err != nil || !strings.HasPrefix(said, "kl-1: shift night: headcount 12 → 14\n") {
		t.Error(said, err)
	}
	var team v1alpha1.ReviewTeam
	if err := yaml.UnmarshalStrict([]byte(strings.ReplaceAll(out, "NAMESPACE", o.namespace)), &team); err != nil {
		t.Fatal(err)
	}
	want := o.team(t, "kl-1")
	want.Spec.Shifts[1].Headcount = 14
	want.Spec.Shifts = append(want.Spec.Shifts, modtest.MakeShift("late", "14:00", "22:00", 8))
	if diff := cmp.Diff(want.Spec, team.Spec); diff != "" || team.Labels["plan"] != "trust" || team.Namespace != o.namespace || team.Kind != "ReviewTeam" {
		t.Errorf("%s\n%s", diff, out)
	}
	out, _, _ = o.runWith(t, strings.Join(roster.Shifts.Columns(), ",")+"\nlisbon,,,late,,14:00,22:00,34,,\n", plannerRole, "roster", "import", "--csv", "-", "-o", "json")
	if diff := cmp.Diff("{\n  \"teams\": []\n}\n", out); diff != "" {
		t.Error(diff)
	}
}

// scheduled is a team whose schedule comes from a workforce suite.
func scheduled(t *testing.T, o *office) {
	kl := o.team(t, "kl-1")
	kl.Spec.Shifts, kl.Spec.ScheduleRef = nil, &v1alpha1.ObjectReference{Name: "kl-wfm"}
	if err := o.env.Client.Update(t.Context(), kl); err != nil {
		t.Fatal(err)
	}
	const none = "team kl-1 has no shifts, since its schedule comes from a workforce suite (ConfigMap kl-wfm)"
	o.says(t, plannerRole, strings.Join(roster.Shifts.Columns(), ",")+"\r\n"+none+"\nstandard output: 0 shifts of 1 team\n", "roster", "export", "kl-1", "--csv", "-")
	o.says(t, plannerRole, "error: "+none+": change it there\n", "headcount", "kl-1", "night", "3")
}
