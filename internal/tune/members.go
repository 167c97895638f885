package tune

import "github.com/modcap/modcap/internal/control"

// family is two covers: of 1600 ways drawn at random, those that together come closest, on each
// day of each trace in each scenario of the laboratory where work cannot wait for new replicas, to
// the way that is best there; and the same where it can, for which nothing need stand ready, so
// that few ways are as good as many. `make lab FAMILY=1` draws, tries and prints both for the law
// as it is. The first is of the law before a scale-down had to last: it still does better than the
// one drawn since (in all scenarios together), for which cells are kept hangs on few bursts.
// docs/lab.md says what families are worth on traces that they were not chosen by.
var family = [...]Member{
	{Quick, 0, Brisk, control.Patience{High: 300, Low: 150, Middle: 850, Drain: 60_000, Waste: 30_000, Over: 100, Bet: 2500}, false},
	{Quick, 0, Brisk, control.Patience{High: 500, Low: 100, Middle: 300, Drain: 300_000, Waste: 4_000, Over: 20, Bet: 1000}, false},
	{Quick, 0, Brisk, control.Patience{High: 700, Low: 500, Middle: 100, Drain: 300_000, Waste: 30_000, Over: 200, Bet: 2500}, false},
	{Quick, 0, Brisk, control.Patience{High: 700, Low: 500, Middle: 300, Drain: 1_200_000, Waste: 30_000, Over: 20, Bet: 0}, false},
	{Quick, 0, Brisk, control.Patience{High: 700, Low: 500, Middle: 500, Drain: 60_000, Waste: 30_000, Over: 50, Bet: 1000}, false},
	{Quick, 0, Brisk, control.Patience{High: 800, Low: 0, Middle: 500, Drain: 300_000, Waste: 30_000, Over: 50, Bet: 0}, false},
	{Quick, 0, Brisk, control.Patience{High: 900, Low: 300, Middle: 500, Drain: 1_200_000, Waste: 15_000, Over: 50, Bet: 0}, false},
	{Quick, 0, Brisk, control.Patience{High: 950, Low: 500, Middle: 0, Drain: 300_000, Waste: 30_000, Over: 50, Bet: 1000}, false},
	{Quick, 0, Brisk, control.Patience{High: 950, Low: 700, Middle: 500, Drain: 150_000, Waste: 30_000, Over: 0, Bet: 0}, false},
	{Quick, 0, Calm, control.Patience{High: 900, Low: 500, Middle: 300, Drain: 300_000, Waste: 120_000, Over: 20, Bet: 0}, false},
	{Quick, 0, Calm, control.Patience{High: 900, Low: 500, Middle: 500, Drain: 1_200_000, Waste: 30_000, Over: 20, Bet: 1000}, false},
	{Quick, 0, Calm, control.Patience{High: 900, Low: 700, Middle: 850, Drain: 600_000, Waste: 4_000, Over: 0, Bet: 0}, false},
	{Quick, 0, Calm, control.Patience{High: 950, Low: 500, Middle: 300, Drain: 1_200_000, Waste: 2_000, Over: 20, Bet: 0}, false},
	{Quick, 0, Calm, control.Patience{High: 950, Low: 500, Middle: 500, Drain: 60_000, Waste: 60_000, Over: 50, Bet: 0}, false},
	{Steady, 1, Brisk, control.Patience{High: 500, Low: 250, Middle: 500, Drain: 60_000, Waste: 15_000, Over: 20, Bet: 1000}, false},
	{Steady, 1, Brisk, control.Patience{High: 950, Low: 0, Middle: 100, Drain: 300_000, Waste: 120_000, Over: 0, Bet: 0}, false},
	{Quick, 2, Brisk, control.Patience{High: 500, Low: 0, Middle: 0, Drain: 60_000, Waste: 60_000, Over: 200, Bet: 2500}, false},
	{Quick, 2, Calm, control.Patience{High: 700, Low: 350, Middle: 700, Drain: 600_000, Waste: 30_000, Over: 100, Bet: 2500}, false},
	{Steady, 2, Brisk, control.Patience{High: 900, Low: 0, Middle: 500, Drain: 600_000, Waste: 30_000, Over: 0, Bet: 2500}, false},
	{Peak, 2, Brisk, control.Patience{High: 700, Low: 0, Middle: 300, Drain: 60_000, Waste: 90_000, Over: 20, Bet: 0}, false},
	{Quick, 3, Brisk, control.Patience{High: 900, Low: 0, Middle: 300, Drain: 150_000, Waste: 15_000, Over: 20, Bet: 2500}, false},
	{Quick, 4, Brisk, control.Patience{High: 800, Low: 500, Middle: 500, Drain: 1_200_000, Waste: 240_000, Over: 20, Bet: 2500}, false},
	{Quick, 4, Brisk, control.Patience{High: 950, Low: 500, Middle: 850, Drain: 1_200_000, Waste: 15_000, Over: 0, Bet: 2500}, false},
	{Quick, 4, Medium, control.Patience{High: 950, Low: 0, Middle: 100, Drain: 150_000, Waste: 120_000, Over: 20, Bet: 0}, false},
	{Quick, 4, Calm, control.Patience{High: 300, Low: 150, Middle: 300, Drain: 150_000, Waste: 15_000, Over: 0, Bet: 0}, false},
	{Steady, 4, Brisk, control.Patience{High: 300, Low: 150, Middle: 0, Drain: 60_000, Waste: 60_000, Over: 20, Bet: 0}, false},
	{Steady, 4, Brisk, control.Patience{High: 700, Low: 500, Middle: 850, Drain: 300_000, Waste: 90_000, Over: 50, Bet: 2500}, false},
	{Peak, 4, Brisk, control.Patience{High: 300, Low: 150, Middle: 500, Drain: 150_000, Waste: 8_000, Over: 200, Bet: 2500}, false},
	{Quick, 5, Medium, control.Patience{High: 900, Low: 700, Middle: 700, Drain: 300_000, Waste: 15_000, Over: 50, Bet: 0}, false},
	{Steady, 5, Medium, control.Patience{High: 300, Low: 150, Middle: 100, Drain: 60_000, Waste: 240_000, Over: 50, Bet: 0}, false},
	{Peak, 5, Brisk, control.Patience{High: 300, Low: 100, Middle: 0, Drain: 60_000, Waste: 30_000, Over: 100, Bet: 2500}, false},
	{Peak, 5, Brisk, control.Patience{High: 900, Low: 100, Middle: 300, Drain: 150_000, Waste: 15_000, Over: 20, Bet: 1000}, false},
	{Peak, 5, Medium, control.Patience{High: 800, Low: 500, Middle: 850, Drain: 60_000, Waste: 30_000, Over: 20, Bet: 2500}, false},
	{Quick, 6, Brisk, control.Patience{High: 950, Low: 300, Middle: 850, Drain: 60_000, Waste: 60_000, Over: 0, Bet: 2500}, false},
	{Quick, 6, Brisk, control.Patience{High: 950, Low: 500, Middle: 300, Drain: 300_000, Waste: 90_000, Over: 300, Bet: 1000}, false},
	{Steady, 6, Calm, control.Patience{High: 950, Low: 0, Middle: 0, Drain: 1_200_000, Waste: 30_000, Over: 0, Bet: 0}, false},
	{Peak, 6, Brisk, control.Patience{High: 300, Low: 150, Middle: 300, Drain: 60_000, Waste: 60_000, Over: 50, Bet: 1000}, false},
	{Peak, 6, Brisk, control.Patience{High: 900, Low: 300, Middle: 0, Drain: 60_000, Waste: 240_000, Over: 0, Bet: 0}, false},
	{Peak, 7, Brisk, control.Patience{High: 700, Low: 100, Middle: 100, Drain: 60_000, Waste: 90_000, Over: 300, Bet: 1000}, false},
	{Peak, 7, Brisk, control.Patience{High: 700, Low: 500, Middle: 300, Drain: 600_000, Waste: 30_000, Over: 20, Bet: 2500}, false},
	{Quick, 0, Brisk, control.Patience{High: 900, Low: 300, Middle: 100, Drain: 300_000, Waste: 30_000, Over: 100, Bet: 0}, true},
	{Quick, 0, Brisk, control.Patience{High: 900, Low: 500, Middle: 850, Drain: 4_800_000, Waste: 30_000, Over: 100, Bet: 1000}, true},
	{Quick, 0, Brisk, control.Patience{High: 950, Low: 0, Middle: 850, Drain: 1_200_000, Waste: 15_000, Over: 50, Bet: 2500}, true},
	{Quick, 0, Brisk, control.Patience{High: 950, Low: 700, Middle: 0, Drain: 1_200_000, Waste: 30_000, Over: 50, Bet: 1000}, true},
	{Quick, 0, Brisk, control.Patience{High: 950, Low: 850, Middle: 500, Drain: 150_000, Waste: 30_000, Over: 0, Bet: 0}, true},
	{Quick, 0, Medium, control.Patience{High: 900, Low: 700, Middle: 850, Drain: 60_000, Waste: 90_000, Over: 0, Bet: 1000}, true},
	{Quick, 0, Medium, control.Patience{High: 950, Low: 100, Middle: 700, Drain: 4_800_000, Waste: 90_000, Over: 50, Bet: 1000}, true},
	{Quick, 0, Medium, control.Patience{High: 950, Low: 500, Middle: 850, Drain: 1_200_000, Waste: 30_000, Over: 0, Bet: 1000}, true},
	{Quick, 0, Medium, control.Patience{High: 950, Low: 850, Middle: 500, Drain: 1_200_000, Waste: 4_000, Over: 50, Bet: 1000}, true},
	{Quick, 0, Medium, control.Patience{High: 950, Low: 850, Middle: 850, Drain: 1_200_000, Waste: 60_000, Over: 50, Bet: 1000}, true},
	{Quick, 0, Calm, control.Patience{High: 900, Low: 850, Middle: 700, Drain: 2_400_000, Waste: 240_000, Over: 0, Bet: 0}, true},
	{Quick, 0, Calm, control.Patience{High: 950, Low: 100, Middle: 700, Drain: 60_000, Waste: 60_000, Over: 50, Bet: 2500}, true},
	{Quick, 0, Calm, control.Patience{High: 950, Low: 500, Middle: 300, Drain: 2_400_000, Waste: 2_000, Over: 20, Bet: 0}, true},
	{Quick, 0, Calm, control.Patience{High: 950, Low: 700, Middle: 500, Drain: 4_800_000, Waste: 8_000, Over: 100, Bet: 0}, true},
	{Quick, 0, Calm, control.Patience{High: 950, Low: 850, Middle: 700, Drain: 150_000, Waste: 30_000, Over: 50, Bet: 0}, true},
	{Quick, 0, Calm, control.Patience{High: 950, Low: 850, Middle: 850, Drain: 150_000, Waste: 30_000, Over: 300, Bet: 2500}, true},
}
