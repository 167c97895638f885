package resolve

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/modcap/modcap/api/v1alpha1"
	modtest "github.com/modcap/modcap/internal/testing"
)

func TestCheckQueue(t *testing.T) {
	queue := func() *modtest.QueueWrapper { return modtest.MakeQueue("q", "ns") }
	for want, q := range map[string]*modtest.QueueWrapper{
		"": queue().Markets("BR", "MX").Languages("pt-BR", "es-419", "zh-Hant").
			Review(modtest.MakeReview("hate").HarmDomains("hate", "harassment")).Review(modtest.MakeReview("rest")),
		"spec.markets: EU is not a country code of ISO 3166-1":                                                   queue().Markets("BR", "EU"),
		"spec.languages: xq is not a known language tag of BCP 47":                                               queue().Languages("pt", "xq"),
		`spec.classification.workPerItem: "0" is not a number above 0 with at most three decimals, such as 12.5`: queue().WorkPerItem("0"),
		`spec.classification.serviceLevel: "0" is not a percent above 0 and up to 100, such as 99 or 99.5`:       queue().ServiceLevel("0", "1m"),
		`spec.classification.serviceLevel: "14d" is not a duration such as 30s, 15m or 1h30m`:                    queue().ServiceLevel("99", "14d"),
		`spec.reviews[r].serviceLevels: "100.1" is not a percent above 0 and up to 100, such as 99 or 99.5`:      queue().Review(modtest.MakeReview("r").ServiceLevels(modtest.MakePromise("90", "1m"), modtest.MakePromise("100.1", "1m"))),
		`spec.reviews[r].relax[0].after: "soon" is not a duration such as 30s, 15m or 1h30m`:                     queue().Review(modtest.MakeReview("r").Relax("soon", "market")),
		"spec.reviews[r].relax[0].after: it is 59s, and must be at least 1m":                                     queue().Review(modtest.MakeReview("r").Relax("59s", "market")),
		"spec.reviews[r].relax[1].drop: market is dropped already":                                               queue().Review(modtest.MakeReview("r").Relax("1m", "market").Relax("2m", "market")),
		`spec.reviews[r].relax[0].drop: "language" cannot be dropped; write market or surface`:                   queue().Review(modtest.MakeReview("r").Relax("1m", "language")),
		"spec.reviews[r].relax: protected work is never relaxed; remove it, or spec.protected":                   queue().Protected().Review(modtest.MakeReview("r").Relax("1m", "market")),
		"spec.reviews[r].relax[1].after: it is 5m, less than that of the step before; the steps stand in the order of their time": queue().Review(
			modtest.MakeReview("r").Relax("10m", "market").Relax("5m", "surface")),
		"spec.reviews[b].harmDomains: hate is listed by a too; a harm domain belongs to one stream": queue().Review(modtest.MakeReview("a").HarmDomains("hate")).Review(modtest.MakeReview("b").HarmDomains("spam", "hate")),
		"spec.reviews[b].harmDomains: * is listed by a too; a harm domain belongs to one stream":    queue().Review(modtest.MakeReview("a")).Review(modtest.MakeReview("b")),
	} {
		t.Run(want, func(t *testing.T) {
			if got := message(CheckQueue(q.Obj())); got != want {
				t.Errorf("error is\n%s, want\n%s", got, want)
			}
		})
	}
}

func TestCheckMix(t *testing.T) {
	mix := func(shares ...v1alpha1.ClassShare) *modtest.ReviewWrapper {
		return modtest.MakeReview("r").HarmDomains("hate", "spam").Mix(shares...)
	}
	share := func(language v1alpha1.LanguageTag, domain v1alpha1.Word, share v1alpha1.Score) v1alpha1.ClassShare {
		return v1alpha1.ClassShare{Language: language, HarmDomain: domain, Share: share}
	}
	for name, c := range map[string]struct {
		stream *modtest.ReviewWrapper
		want   string
	}{
		"adds up":                   {mix(share("en-GB", "hate", "0.3"), share("de", "hate", "0.3"), share("", "spam", "0.4")), ""},
		"six decimals add up":       {mix(share("en", "", "0.333333"), share("de", "", "0.666667")), ""},
		"the rest takes any domain": {mix(share("en", "csam", "1")).HarmDomains("*"), ""},
		"no number":                 {mix(share("en", "", "half")), `spec.reviews[r].mix: "half" is not a number from 0 to 1 with at most six decimals, such as 0.97`},
		"another language":          {mix(share("fr", "", "1")), "spec.reviews[r].mix: fr is not one of spec.languages"},
		"a wider language":          {mix(share("pt", "", "1")), "spec.reviews[r].mix: pt is not one of spec.languages"},
		"another domain":            {mix(share("en", "csam", "1")), "spec.reviews[r].mix: csam is not one of the stream's harmDomains"},
		"too little":                {mix(share("en", "", "0.5"), share("de", "", "0.45")), "spec.reviews[r].mix: the shares add up to 95 %; they must add up to 1"},
		"a millionth too much":      {mix(share("en", "", "0.5"), share("de", "", "0.500001")), "spec.reviews[r].mix: the shares add up to 100.0001 %; they must add up to 1"},
		"twice the same":            {mix(share("en", "hate", "0.5"), share("en", "hate", "0.5")), `spec.reviews[r].mix: language "en" with harm domain "hate" stands twice; add up its shares`},
		"twice the whole":           {mix(share("", "", "0.5"), share("", "", "0.5")), `spec.reviews[r].mix: language "" with harm domain "" stands twice; add up its shares`},
	} {
		t.Run(name, func(t *testing.T) {
			q := modtest.MakeQueue("q", "ns").Languages("en", "de", "pt-BR").Review(c.stream).Obj()
			if got := message(CheckQueue(q)); got != c.want {
				t.Errorf("error is\n%s, want\n%s", got, c.want)
			}
		})
	}
}

func TestCheckPolicy(t *testing.T) {
	label := func() *modtest.LabelWrapper { return modtest.MakeLabel("hate") }
	const override = "spec.labels[hate].overrides[b]"
	for name, c := range map[string]struct {
		label *modtest.LabelWrapper
		want  string
	}{
		"fine":                    {label().Override("b", "", "0.50", "DE", "AT").Override("c", "0.99", "0.98", "FR"), ""},
		"equal bands":             {label().Override("b", "0.60", "", "DE"), ""},
		"nothing to compare with": {label().ActAt("").Override("b", "", "0.99", "DE"), ""},
		"no market":               {label().Override("b", "", "0.50", "ZZ"), override + ".markets: ZZ is not a country code of ISO 3166-1"},
		"in two overrides": {
			label().Override("a", "", "0.50", "DE").Override("b", "", "0.40", "FR", "DE"),
			override + ": market DE stands in override a too; a market may stand in one override of a label",
		},
		"review above the label's act": {
			label().Override("b", "", "0.98", "DE"),
			override + ": with the label's own bands reviewAt 0.98 is above actAt 0.97; set both in the override",
		},
		"act below the label's review": {
			label().Override("b", "0.59", "", "DE"),
			override + ": with the label's own bands reviewAt 0.60 is above actAt 0.59; set both in the override",
		},
		"act is no number":    {label().Override("b", "1.1", "", "DE"), override + `: "1.1" is not a number from 0 to 1 with at most six decimals, such as 0.97`},
		"review is no number": {label().Override("b", "", ".5", "DE"), override + `: ".5" is not a number from 0 to 1 with at most six decimals, such as 0.97`},
	} {
		t.Run(name, func(t *testing.T) {
			p := modtest.MakePolicy("p", "ns", modtest.MakeLabel("spam"), c.label).Obj()
			if got := message(CheckPolicy(p)); got != c.want {
				t.Errorf("error is\n%s, want\n%s", got, c.want)
			}
		})
	}
}

func TestCheckPool(t *testing.T) {
	for name, c := range map[string]struct {
		pool *modtest.PoolWrapper
		want string
	}{
		"fine":       {modtest.MakePool("p", "ns").Schedule(window("day", "Europe/Berlin", "08:00", "20:00", "Mon")), ""},
		"throughput": {modtest.MakePool("p", "ns").Throughput("fast"), `spec.throughput.itemsPerSecond: "fast" is not a number above 0 with at most three decimals, such as 12.5`},
		"price":      {modtest.MakePool("p", "ns").Cost("cheap", "EUR"), `spec.cost.perReplicaHour: "cheap" is not an amount above 0 with at most six decimals, such as 2.40`},
		"zone": {
			modtest.MakePool("p", "ns").Schedule(window("day", "Europe/Atlantis", "08:00", "20:00")),
			`spec.schedules[day]: "Europe/Atlantis" is not a time zone of the tz database; write a name such as Europe/Berlin`,
		},
		"start": {modtest.MakePool("p", "ns").Schedule(window("day", "UTC", "8:00", "20:00")), `spec.schedules[day]: "8:00" is not a time of day from 00:00 to 23:59`},
		"end":   {modtest.MakePool("p", "ns").Schedule(window("day", "UTC", "08:00", "24:00")), `spec.schedules[day]: "24:00" is not a time of day from 00:00 to 23:59`},
		"day": {
			modtest.MakePool("p", "ns").Schedule(window("day", "UTC", "08:00", "20:00", "Today")),
			`spec.schedules[day]: days: "Today" is not a day of the week; write Mon, Tue, Wed, Thu, Fri, Sat or Sun`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := message(CheckPool(c.pool.Obj())); got != c.want {
				t.Errorf("error is\n%s, want\n%s", got, c.want)
			}
		})
	}
}

// iso3166 are the codes assigned by ISO 3166-1.
const iso3166 = `AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD
CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM
GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK
LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF
PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK
TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW`

func TestMarkets(t *testing.T) {
	codes := strings.Fields(iso3166)
	if len(codes) != 249 {
		t.Fatalf("the test lists %d codes", len(codes))
	}
	for _, code := range codes {
		if err := checkMarkets("spec.markets", []v1alpha1.Market{v1alpha1.Market(code)}); err != nil {
			t.Error(err)
		}
	}
	for _, code := range []v1alpha1.Market{"", "EU", "UK", "AA", "ZZ", "QM", "XA", "XZ", "E", "419", "YD", "ZR"} {
		if checkMarkets("spec.markets", []v1alpha1.Market{code}) == nil {
			t.Errorf("%q is taken for a country", code)
		}
	}
}

func TestLanguages(t *testing.T) {
	for _, tag := range []v1alpha1.LanguageTag{"en", "pt-BR", "es-419", "zh-Hant-TW", "sr-Latn", "fil", "yue", "de-CH-1996", "en-u-ca-gregory"} {
		if err := checkLanguages("spec.languages", []v1alpha1.LanguageTag{tag}); err != nil {
			t.Error(err)
		}
	}
	for _, tag := range []v1alpha1.LanguageTag{"", "xq", "english", "en-", "en-QQQQQ9", "zh-Hanx"} {
		if checkLanguages("spec.languages", []v1alpha1.LanguageTag{tag}) == nil {
			t.Errorf("%q is taken for a language", tag)
		}
	}
}

func TestCovers(t *testing.T) {
	for name, c := range map[string]struct {
		held, wanted string
		want         bool
	}{
		"itself":                  {"en", "en", true},
		"one of a country":        {"en", "en-GB", true},
		"not the reverse":         {"en-GB", "en", false},
		"two subtags further":     {"zh", "zh-Hant-TW", true},
		"a subtag left out":       {"zh-TW", "zh-Hant-TW", false},
		"capitals do not matter":  {"PT-br", "pt-BR", true},
		"not part of a subtag":    {"e", "en", false},
		"not a longer language":   {"en", "eng", false},
		"nothing covers nothing":  {"", "", true},
		"nothing covers no other": {"", "en", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Covers(c.held, c.wanted); got != c.want {
				t.Errorf("who holds %q may take %q: %v", c.held, c.wanted, got)
			}
		})
	}
}

// covers is RFC 4647, section 3.3.1, subtag by subtag.
func covers(held, wanted string) bool {
	h, w := strings.Split(held, "-"), strings.Split(wanted, "-")
	return len(h) <= len(w) && slices.EqualFunc(h, w[:len(h)], strings.EqualFold)
}

func TestCoversOrdersTags(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 5))
	tag := func() string {
		parts := []string{[]string{"en", "EN", "e", "pt"}[r.IntN(4)]}
		for range r.IntN(3) {
			parts = append(parts, []string{"GB", "gb", "Latn", "1996"}[r.IntN(4)])
		}
		return strings.Join(parts, "-")
	}
	for range 5000 {
		a, b, c := tag(), tag(), tag()
		switch {
		case !Covers(a, a):
			t.Fatalf("%s does not cover itself", a)
		case Covers(a, b) && Covers(b, a) && !strings.EqualFold(a, b):
			t.Fatalf("%s and %s cover one another", a, b)
		case Covers(a, b) && Covers(b, c) && !Covers(a, c):
			t.Fatalf("%s covers %s, that covers %s, but not it", a, b, c)
		}
	}
}

func FuzzCovers(f *testing.F) {
	for _, s := range [][2]string{{"en", "en-GB"}, {"en-GB", "en"}, {"", "-"}, {"en-", "en--x"}, {"zh-tw", "ZH-TW-x"}} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, held, wanted string) {
		ascii := func(s string) bool { return !strings.ContainsFunc(s, func(c rune) bool { return c > 127 }) }
		if got := Covers(held, wanted); ascii(held) && ascii(wanted) && got != covers(held, wanted) {
			t.Errorf("who holds %q may take %q: %v", held, wanted, got)
		}
	})
}
