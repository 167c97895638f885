package v1

import (
	"strings"
	"testing"
)

func limits() []ExposureLimit {
	const hour, minute = 3_600_000, 60_000
	return []ExposureLimit{
		{Team: "berlin", Name: "all", HarmDomains: []string{Any}, TimeZone: "Europe/Berlin", ContinuousMillis: 50 * minute, BreakMillis: 10 * minute},
		{Team: "berlin", Name: "severe", HarmDomains: []string{"csae", "violence"}, TimeZone: "Europe/Berlin", DayMillis: 2 * hour,
			ContinuousMillis: 30 * minute, BreakMillis: 10 * minute},
		{Team: "kuala-lumpur", Name: "severe", HarmDomains: []string{"csae"}, TimeZone: "Asia/Kuala_Lumpur", DayMillis: 3 * hour},
	}
}

func TestExposureIsSealedAndRead(t *testing.T) {
	w := weights()
	w.Exposure = limits()
	data, err := SealWeights(w)
	if err != nil {
		t.Fatal(err)
	}
	got, err := DecodeWeights(data, "")
	if err != nil || len(got.Exposure) != 3 || got.Exposure[1].DayMillis != 7_200_000 {
		t.Errorf("%v: %+v", err, got)
	}
	if err := against(t, "Weights", data); err != nil {
		t.Errorf("the schema: %v", err)
	}
}

func TestExposureIsChecked(t *testing.T) {
	for want, change := range map[string]func([]ExposureLimit){
		`team: "-berlin" is not the name of a team`:            func(l []ExposureLimit) { l[0].Team = "-berlin" },
		`name: "" is not the name of a limit`:                  func(l []ExposureLimit) { l[0].Name = "" },
		"needs at least one harm domain":                       func(l []ExposureLimit) { l[1].HarmDomains = nil },
		`"CSAE" is not a harm domain or "*"`:                   func(l []ExposureLimit) { l[2].HarmDomains = []string{"CSAE"} },
		`timeZone: "" is not the name of a time zone`:          func(l []ExposureLimit) { l[2].TimeZone = "" },
		"a time of 86400001 ms is not within a day":            func(l []ExposureLimit) { l[2].DayMillis = dayMillis + 1 },
		"a time of -1 ms is not within a day":                  func(l []ExposureLimit) { l[2].DayMillis = -1 },
		"continuousMillis and breakMillis belong together":     func(l []ExposureLimit) { l[1].BreakMillis = 0 },
		"it limits nothing":                                    func(l []ExposureLimit) { l[2].DayMillis = 0 },
		"limits must ascend by team and name, without repeats": func(l []ExposureLimit) { l[1].Name = "all" },
	} {
		w := weights()
		w.Exposure = limits()
		change(w.Exposure)
		if _, err := SealWeights(w); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
