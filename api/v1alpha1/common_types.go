package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Duration is a length of time such as "30s", "15m", "24h" or "1h30m". Units
// are h, m, s and ms; there are no days: write 14 days as "336h".
// +kubebuilder:validation:MaxLength=28
// +kubebuilder:validation:XValidation:rule="self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$')",message="must be a duration such as 30s, 15m or 1h30m; the units are h, m, s and ms, so write 14 days as 336h"
type Duration string

// Percent is a decimal number above 0 and up to 100, such as "99" or "99.5".
// +kubebuilder:validation:MaxLength=16
// +kubebuilder:validation:XValidation:rule="self.matches('^[0-9]{1,3}([.][0-9]{1,4})?$') && double(self) > 0.0 && double(self) <= 100.0",message="must be a percent above 0 and up to 100, such as 99 or 99.5, without a percent sign"
type Percent string

// Proportion is a decimal percent from 1 to 10000 with at most one decimal,
// such as "250": two and a half times as much.
// +kubebuilder:validation:MaxLength=16
// +kubebuilder:validation:XValidation:rule="self.matches('^[0-9]{1,5}([.][0-9])?$') && double(self) >= 1.0 && double(self) <= 10000.0",message="must be a percent from 1 to 10000 with at most one decimal, such as 250, without a percent sign"
type Proportion string

// Shrink is a decimal percent from 0 up to, but not including, 100, such as
// "20".
// +kubebuilder:validation:MaxLength=16
// +kubebuilder:validation:XValidation:rule="self.matches('^[0-9]{1,2}([.][0-9]{1,4})?$')",message="must be a percent from 0 to below 100, such as 20 or 12.5, without a percent sign"
type Shrink string

// Score is a decimal number from 0 to 1 with at most six decimals, such as
// "0.97".
// +kubebuilder:validation:MaxLength=16
// +kubebuilder:validation:XValidation:rule="self.matches('^(0([.][0-9]{1,6})?|1([.]0{1,6})?)$')",message="must be a number from 0 to 1 with at most six decimals, such as 0.97"
type Score string

// Share is a decimal number above 0 and below 1 with at most six decimals,
// such as "0.05".
// +kubebuilder:validation:MaxLength=16
// +kubebuilder:validation:XValidation:rule="self.matches('^0[.][0-9]{1,6}$') && double(self) > 0.0",message="must be a number above 0 and below 1 with at most six decimals, such as 0.05"
type Share string

// Decimal is a decimal number above 0 with at most three decimals, such as
// "12.5".
// +kubebuilder:validation:MaxLength=24
// +kubebuilder:validation:XValidation:rule="self.matches('^[0-9]{1,8}([.][0-9]{1,3})?$') && double(self) > 0.0",message="must be a number above 0 with at most three decimals, such as 12.5"
type Decimal string

// Money is an amount above 0 with at most six decimals, such as "2.40", of a
// currency that is said elsewhere, or of none.
// +kubebuilder:validation:MaxLength=24
// +kubebuilder:validation:XValidation:rule="self.matches('^[0-9]{1,9}([.][0-9]{1,6})?$') && double(self) > 0.0",message="must be an amount above 0 with at most six decimals, such as 2.40"
type Money string

// LanguageTag is a BCP 47 language tag, such as "pt-BR". A person who holds
// "en" covers "en-GB"; a person who holds "en-GB" does not cover "en" (RFC
// 4647 basic filtering).
// +kubebuilder:validation:MaxLength=35
// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,7}$')",message="must be a BCP 47 language tag such as en, pt-BR or zh-Hant"
type LanguageTag string

// Market is an ISO 3166-1 alpha-2 country code in capitals, such as "BR".
// +kubebuilder:validation:MaxLength=3
// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Z]{2}$')",message="must be a two-letter country code in capitals, such as BR"
type Market string

// Word names something that modcap only compares: a surface, a harm domain, a
// content class, a clearance, a stream. Lower-case letters, digits and dashes.
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",message="must be lower-case letters, digits and dashes, starting and ending with a letter or digit"
type Word string

// HarmDomainName is a harm domain, or "*" for all domains not listed
// elsewhere.
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:XValidation:rule="self == '*' || self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",message="must be lower-case letters, digits and dashes, or * for all the rest"
type HarmDomainName string

// TimeOfDay is a local time "HH:MM" on the 24-hour clock, from "00:00" to
// "23:59".
// +kubebuilder:validation:MaxLength=16
// +kubebuilder:validation:XValidation:rule="self.matches('^([01][0-9]|2[0-3]):[0-5][0-9]$')",message="must be a time of day from 00:00 to 23:59"
type TimeOfDay string

// Date is a day of the calendar "YYYY-MM-DD"; 2026-02-30 is refused.
// +kubebuilder:validation:MaxLength=32
// +kubebuilder:validation:XValidation:rule="self.matches('^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$')",message="must be a day of the calendar such as 2026-12-24"
type Date string

// TimeZone is an IANA time zone name, such as "Asia/Kuala_Lumpur". A name that
// the tz database does not have makes the object Stalled; "Local" is refused.
// +kubebuilder:validation:MaxLength=64
// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$') && self.lowerAscii() != 'local'",message="must be an IANA time zone such as Europe/Berlin or UTC"
type TimeZone string

// Weekday is a day of the week.
// +kubebuilder:validation:Enum=Mon;Tue;Wed;Thu;Fri;Sat;Sun
type Weekday string

// Days of the week.
const (
	Monday    Weekday = "Mon"
	Tuesday   Weekday = "Tue"
	Wednesday Weekday = "Wed"
	Thursday  Weekday = "Thu"
	Friday    Weekday = "Fri"
	Saturday  Weekday = "Sat"
	Sunday    Weekday = "Sun"
)

// ObjectReference names an object in the same namespace.
type ObjectReference struct {
	// name of the object referred to.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +required
	Name string `json:"name"`
}

// SecretKeyReference names a key of a Secret in the same namespace (for a
// ClusterMetricSource: in the operator's namespace).
type SecretKeyReference struct {
	// name of the Secret.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +required
	Name string `json:"name"`
	// key within the Secret's data.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +required
	Key string `json:"key"`
}

// ServiceLevel is a promise: a percent of items within a time.
type ServiceLevel struct {
	// percent of items that are done in time: above 0, up to 100.
	// +required
	Percent Percent `json:"percent"`
	// within is the time that an item may take, counted from its clock start. At
	// least 1s. Moving an item never resets its clock.
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || duration(self) >= duration('1s')",message="a promise needs at least 1s"
	// +required
	Within Duration `json:"within"`
}

// Finding is a problem that modcap found in what the objects say together.
type Finding struct {
	// code identifies the kind of problem and is stable across releases.
	// +kubebuilder:validation:MaxLength=64
	// +required
	Code string `json:"code"`
	// severity is Error where something does not work, and Warning where it works
	// but is probably not what was meant.
	// +kubebuilder:validation:Enum=Error;Warning
	// +required
	Severity string `json:"severity"`
	// field is the path of the field concerned, empty for the whole object.
	// +kubebuilder:validation:MaxLength=256
	// +optional
	Field string `json:"field,omitempty"`
	// message says in a sentence what is wrong.
	// +kubebuilder:validation:MaxLength=512
	// +required
	Message string `json:"message"`
	// fix says what to change.
	// +kubebuilder:validation:MaxLength=512
	// +optional
	Fix string `json:"fix,omitempty"`
}

// CommonStatus is the part of the status that every kind has.
type CommonStatus struct {
	// observedGeneration is the generation of the spec that this status answers.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`
	// conditions of the object. Ready says that modcap can do its job for this
	// object; Reconciling and Stalled are present only while true.
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:items:XValidation:rule="size(self.type) <= 64 && size(self.reason) <= 64 && size(self.message) <= 1024",message="a condition has a type and a reason of at most 64 characters, and a message of at most 1024"
	// +kubebuilder:validation:items:XValidation:rule="self.lastTransitionTime > timestamp('0001-01-01T00:00:00Z')",message="lastTransitionTime must be a time such as 2026-12-24T18:00:00Z"
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}
