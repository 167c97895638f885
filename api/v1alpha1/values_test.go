package v1alpha1

import (
	"regexp"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	const refused = int64(-1)
	duration := func(s string) (int64, error) { v, err := Duration(s).Parse(); return int64(v), err }
	percent := func(s string) (int64, error) { return Percent(s).PPM() }
	shrink := func(s string) (int64, error) { return Shrink(s).PPM() }
	proportion := func(s string) (int64, error) { return Proportion(s).Milli() }
	score := func(s string) (int64, error) { return Score(s).PPM() }
	share := func(s string) (int64, error) { return Share(s).PPM() }
	decimal := func(s string) (int64, error) { return Decimal(s).Milli() }
	money := func(s string) (int64, error) { return Money(s).Micro() }
	clock := func(s string) (int64, error) { v, err := TimeOfDay(s).Minutes(); return int64(v), err }
	day := func(s string) (int64, error) { v, err := Date(s).In(time.UTC); return v.Unix() / 86400, err }
	for name, c := range map[string]struct {
		parse func(string) (int64, error)
		in    string
		want  int64
	}{
		"seconds":              {duration, "30s", int64(30 * time.Second)},
		"mixed units":          {duration, "1h30m5s250ms", int64(time.Hour + 30*time.Minute + 5*time.Second + 250*time.Millisecond)},
		"the longest":          {duration, "99999h99999h99999h99999h", 4 * 99999 * int64(time.Hour)},
		"days":                 {duration, "14d", refused},
		"empty duration":       {duration, "", refused},
		"fractional duration":  {duration, "1.5h", refused},
		"negative duration":    {duration, "-5m", refused},
		"microseconds":         {duration, "5us", refused},
		"no unit":              {duration, "5", refused},
		"percent":              {percent, "99.5", 995_000},
		"smallest percent":     {percent, "0.0001", 1},
		"all":                  {percent, "100.0000", 1_000_000},
		"zero percent":         {percent, "0", refused},
		"above all":            {percent, "100.0001", refused},
		"101":                  {percent, "101", refused},
		"percent sign":         {percent, "99%", refused},
		"empty percent":        {percent, "", refused},
		"no shrinkage":         {shrink, "0", 0},
		"most shrinkage":       {shrink, "99.9999", 999_999},
		"nothing left":         {shrink, "100", refused},
		"half as much again":   {proportion, "150.5", 1505},
		"least proportion":     {proportion, "1", 10},
		"most proportion":      {proportion, "10000.0", 100_000},
		"no proportion":        {proportion, "0.9", refused},
		"above the proportion": {proportion, "10000.1", refused},
		"score":                {score, "0.97", 970_000},
		"six decimals":         {score, "0.000001", 1},
		"seven decimals":       {score, "0.0000001", refused},
		"share":                {share, "0.05", 50_000},
		"no share":             {share, "0.000000", refused},
		"all of it":            {share, "1", refused},
		"negative share":       {share, "-0.5", refused},
		"money":                {money, "2.40", 2_400_000},
		"the least money":      {money, "0.000001", 1},
		"the most money":       {money, "999999999.999999", 999_999_999_999_999},
		"no money":             {money, "0.00", refused},
		"money with a sign":    {money, "$2.40", refused},
		"one":                  {score, "1.000000", 1_000_000},
		"above one":            {score, "1.000001", refused},
		"no leading zero":      {score, ".5", refused},
		"exponent":             {score, "1e-1", refused},
		"decimal":              {decimal, "12.5", 12_500},
		"largest decimal":      {decimal, "99999999.999", 99_999_999_999},
		"zero decimal":         {decimal, "0.000", refused},
		"fraction":             {decimal, "1/2", refused},
		"four decimals":        {decimal, "0.0001", refused},
		"midnight":             {clock, "00:00", 0},
		"last minute":          {clock, "23:59", 1439},
		"24:00":                {clock, "24:00", refused},
		"one digit":            {clock, "9:00", refused},
		"one digit of minutes": {clock, "09:0", refused},
		"seconds of a clock":   {clock, "09:00:00", refused},
		"day":                  {day, "1970-01-02", 1},
		"leap day":             {day, "2024-02-29", 19782},
		"no leap day":          {day, "2026-02-29", refused},
		"no leap century":      {day, "2100-02-29", refused},
		"31st of April":        {day, "2026-04-31", refused},
		"american day":         {day, "12/24/2026", refused},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.parse(c.in)
			if err != nil {
				got = refused
			}
			if got != c.want {
				t.Errorf("%q is %d (%v), want %d", c.in, got, err, c.want)
			}
		})
	}
}

func TestOr(t *testing.T) {
	if got := Duration("").Or("5s"); got != "5s" {
		t.Errorf("Empty or 5s is %q", got)
	}
	if got := Duration("1s").Or("5s"); got != "1s" {
		t.Errorf("1s or 5s is %q", got)
	}
}

func TestWeekday(t *testing.T) {
	for i, day := range []Weekday{Sunday, Monday, Tuesday, Wednesday, Thursday, Friday, Saturday} {
		if got, err := day.Weekday(); err != nil || got != time.Weekday(i) {
			t.Errorf("%s is %v (%v)", day, got, err)
		}
	}
	if _, err := Weekday("Monday").Weekday(); err == nil {
		t.Error("Monday is taken for a day; its name here is Mon")
	}
}

func TestTimeZone(t *testing.T) {
	for _, name := range []TimeZone{"UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5"} {
		if loc, err := name.Load(); err != nil || loc.String() != string(name) {
			t.Errorf("%s is %v (%v)", name, loc, err)
		}
	}
	for _, name := range []TimeZone{"", "Local", "local", "LOCAL", "Europe/Atlantis", "../etc/passwd", "/etc/localtime", "Europe", "Europe//Berlin"} {
		if loc, err := name.Load(); err == nil {
			t.Errorf("%q is taken for %v", name, loc)
		}
	}
}

// The fuzz targets hold what must be true of every string: no panic, the result
// within its bounds, and no reading that another string of digits would not give.

func FuzzDuration(f *testing.F) {
	for _, s := range []string{"30s", "1h30m", "14d", "99999h99999h99999h99999h", "0ms", "", "1h1h", "5ms5s", "00001m"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := Duration(s).Parse()
		if (err == nil) != regexp.MustCompile(`^([0-9]{1,5}(h|m|s|ms)){1,4}$`).MatchString(s) {
			t.Errorf("%q: %v", s, err)
		}
		if v < 0 || v > 4*99999*time.Hour {
			t.Errorf("%q is %v", s, v)
		}
		if std, stdErr := time.ParseDuration(s); err == nil && (stdErr != nil || std != v) {
			t.Errorf("%q is %v, and %v by the standard library", s, v, std)
		}
	})
}

func FuzzDecimals(f *testing.F) {
	for _, s := range []string{"0", "100", "0.97", "12.5", "99.9999", "1/2", "1e3", "", "100.0001", "00.5", "99999999.999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		percent, percentErr := Percent(s).PPM()
		shrink, shrinkErr := Shrink(s).PPM()
		score, scoreErr := Score(s).PPM()
		milli, milliErr := Decimal(s).Milli()
		micro, microErr := Money(s).Micro()
		for name, c := range map[string]struct {
			v, least, most int64
			err            error
		}{
			"percent": {percent, 1, 1_000_000, percentErr}, "shrink": {shrink, 0, 999_999, shrinkErr},
			"score": {score, 0, 1_000_000, scoreErr}, "decimal": {milli, 1, 99_999_999_999, milliErr},
			"money": {micro, 1, 999_999_999_999_999, microErr},
		} {
			if c.err == nil && (c.v < c.least || c.v > c.most) || c.err != nil && c.v != 0 {
				t.Errorf("%q as %s is %d (%v)", s, name, c.v, c.err)
			}
		}
		if percentErr == nil && milliErr == nil && len(s) < 6 && percent != milli*10 {
			t.Errorf("%q is %d ppm as a percent and %d thousandths", s, percent, milli)
		}
	})
}

func FuzzCalendar(f *testing.F) {
	for _, s := range []string{"00:00", "23:59", "24:00", "9:00", "2024-02-29", "2026-02-29", "2026-02-30", "0000-01-01", "UTC", "Local", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if v, err := TimeOfDay(s).Minutes(); err == nil && time.Unix(int64(v)*60, 0).UTC().Format("15:04") != s {
			t.Errorf("%q is minute %d", s, v)
		}
		if v, err := Date(s).In(time.UTC); err == nil && v.Format(time.DateOnly) != s {
			t.Errorf("%q is %v", s, v)
		}
		if loc, err := TimeZone(s).Load(); err == nil && (loc == time.Local || loc.String() != s) {
			t.Errorf("%q is the zone %v", s, loc)
		}
	})
}
