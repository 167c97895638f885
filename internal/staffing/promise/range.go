package promise

import "github.com/modcap/modcap/internal/sample"

// Range is what a share on time means that is foreseen of a class: in nine of ten cases the
// expected share of a quarter of a day lay between low and high.
//
// It is measured, with the plants of the laboratory (internal/lab: 40 each of the plain, the tight
// and the varied family, seeds 1000 to 1039, which are not those judged): the 5th and the 95th
// percentile of the simulated less the predicted share. Below 98 % they are of classes that by the
// prediction lose a point or more to waiting: what is late since it takes longer than it may is
// foreseen better. The page of the laboratory says how many of other plants lie in it.
func Range(share sample.PPM) (low, high sample.PPM) {
	if share < 0 {
		return Unknown, Unknown
	}
	const point = sample.AllPPM / 100
	for _, r := range []struct{ under, below, above sample.PPM }{
		{1, 0, 2}, {10, 2, 11}, {50, 12, 15}, {80, 17, 14}, {90, 17, 11}, {95, 9, 6}, {98, 5, 4},
	} {
		if share < r.under*point {
			return max(share-r.below*point, 0), min(share+r.above*point, sample.AllPPM)
		}
	}
	return share, share
}
