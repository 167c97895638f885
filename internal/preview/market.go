package preview

import (
	"errors"
	"fmt"

	"golang.org/x/text/language"

	"github.com/modcap/modcap/api/v1alpha1"
)

// mostErrors is how many things are said of one file or policy.
const mostErrors = 10

// checkMarkets refuses overrides for markets that there are not: nobody would ever be decided by them.
func checkMarkets(p *v1alpha1.ModerationPolicy) error {
	var errs []error
	for i := range p.Spec.Labels {
		l := &p.Spec.Labels[i]
		for j := range l.Overrides {
			for _, m := range l.Overrides[j].Markets {
				if !isMarket(string(m)) && len(errs) < mostErrors {
					errs = append(errs, fmt.Errorf("spec.labels[%s].overrides[%s].markets: %s", l.Name, l.Overrides[j].Name, noMarket(string(m))))
				}
			}
		}
	}
	return errors.Join(errs...)
}

// isMarket reports whether a code is that of a country, in capitals.
func isMarket(code string) bool {
	if len(code) != 2 {
		return false
	}
	r, err := language.ParseRegion(code)
	return err == nil && r.IsCountry() && r.Canonicalize().String() == code
}

func noMarket(code string) string {
	return fmt.Sprintf("%.20q is the code of no market; write two capitals of ISO 3166-1, such as BR (the United Kingdom is GB)", code)
}
