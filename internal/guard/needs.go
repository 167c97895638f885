package guard

import (
	"math"

	"github.com/modcap/modcap/internal/sample"
)

// Harmless is how many items of a move are to be looked at until a change that does no harm is shown to be
// within a margin: at best, where none that was looked at is wrong. discordant is that of the terms. share is the
// part of all items that makes the move. It is 0 for a move that need not be sampled, and false says that all the
// looks there are do not show it.
func Harmless(margin sample.Milli, discordant int64, share float64) (checks int64, shown bool) {
	if share*tenThousand <= rare*margin.Float() {
		return 0, true
	}
	if discordant <= 0 {
		discordant = defaultDiscordant
	}
	doubt := float64(defaultShare) / float64(sample.AllPPM)
	for number := range looks {
		n := discordant << number
		spend := firstLook * math.Pow(1-firstLook, float64(number))
		if perTenThousand(upper([]part{{weight: share, n: n}}, doubt*spend)) <= margin {
			return n, true
		}
	}
	return discordant << (looks - 1), false
}

// Alarm is how many errors the random samples must find in the candidate's arm until a rise is shown: at
// best, where none is found in the other arm, two streams of one label have the whole budget, and items are of one market. part is
// that of the items which the candidate decides, above 0 and below 1.
func Alarm(part float64) int64 {
	own := float64(defaultShare) / float64(sample.AllPPM) / 2 / 2
	odds := part / (1 - part)
	g := &gathered{}
	for n := int64(1); ; n++ {
		for k, ratio := range ratios {
			g.logs[k] = float64(n) * math.Log(factor(Candidate, odds, ratio))
		}
		// Next to no item is decided otherwise than by the candidate, so that no number is enough.
		if g.wealth() >= -math.Log(own) || n == mostAlarm {
			return n
		}
	}
}

// mostAlarm is where Alarm gives up.
const mostAlarm = 1000
