package main

import (
	"strings"

	"github.com/modcap/modcap/internal/staffing"
)

// mostHeld is how many classes are named that limits of exposure hold back.
const mostHeld = 3

// heldData is work that limits of exposure hold back, as other programs read it.
type heldData struct {
	Queue      string            `json:"queue"`
	Review     string            `json:"review"`
	Language   string            `json:"language,omitempty"`
	HarmDomain string            `json:"harmDomain,omitempty"`
	Tier       int               `json:"tier"`
	Hours      float64           `json:"personHours"`
	From       string            `json:"from"`
	Limits     []staffing.HeldBy `json:"limits,omitempty"`
	Advice     string            `json:"advice"`
}

// sayHeld says what is late all the same though people are there, and what would help.
func (p *advisor) sayHeld() {
	for i := range p.held[:min(len(p.held), mostHeld)] {
		h := &p.held[i]
		p.say("Limits of exposure hold back %.1f person-hours of %s, first on %s: %s.\n",
			hoursOf(h.Time), className(h.Key), p.at(h.From), h.Advice())
	}
	if more := len(p.held) - mostHeld; more > 0 {
		p.say("Limits of exposure hold back work of %d more classes: -o json lists them.\n", more)
	}
}

func className(k staffing.ClassKey) string {
	var parts []string
	for _, s := range []string{k.Queue, k.Review, k.Language, k.HarmDomain} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, "/")
}

func (a *advice) heldData() []heldData {
	var out []heldData
	for i := range a.held {
		h := &a.held[i]
		out = append(out, heldData{
			Queue: h.Key.Queue, Review: h.Key.Review, Language: h.Key.Language, HarmDomain: h.Key.HarmDomain, Tier: h.Key.Tier,
			Hours: hoursOf(h.Time), From: rfc3339(h.From), Limits: h.Limits, Advice: h.Advice(),
		})
	}
	return out
}
