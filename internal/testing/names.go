package testing

import "slices"

// Names is a corpus of names of people, given and family name apart and together, as
// they stand in the exports of workforce suites: in none of the operator's objects, log
// lines and events may one of them be found. None is part of a word that the operator
// writes.
func Names() []string {
	var out []string
	for _, script := range people {
		for _, given := range script.given {
			for _, family := range script.family {
				out = append(out, given, family, given+script.between+family)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

var people = [...]struct {
	given, family []string
	between       string
}{
	{[]string{"Siobhán", "Björk", "Agnieszka", "João", "Zoë", "Þórdís", "Ñusta", "Łukasz", "Çağla", "Jürgen"},
		[]string{"O'Sullivan", "Guðmundsdóttir", "Wiśniewska", "Gonçalves", "Müller-Lüdenscheidt", "Dvořáková", "Yıldırım"}, " "},
	{[]string{"Nurhaliza", "Ngozi", "Thandiwe", "Makoa", "Ximena", "Bartholomew"},
		[]string{"Tarudin", "Okonkwo-Bello", "Dlamini", "Kealoha", "Quispe", "Featherstonehaugh"}, " "},
	{[]string{"Nguyễn", "Trịnh", "Đặng", "Phạm"}, []string{"Thị Hoa", "Văn Đức", "Mỹ Linh", "Quốc Bảo"}, " "},
	{[]string{"Олена", "Дмитрий", "Ђорђе"}, []string{"Шевченко", "Кузнецова", "Јовановић"}, " "},
	{[]string{"Ελένη", "Γιώργος"}, []string{"Παπαδοπούλου", "Νικολάου"}, " "},
	{[]string{"محمد", "فاطمة", "عبد الرحمن"}, []string{"الحسيني", "بن علي", "القحطاني"}, " "},
	{[]string{"שרה", "יעקב"}, []string{"כהן", "בן־גוריון"}, " "},
	{[]string{"प्रिया", "अर्जुन"}, []string{"शर्मा", "चौधरी"}, " "},
	{[]string{"தமிழ்செல்வி", "முருகன்"}, []string{"சுப்பிரமணியம்", "இராமசாமி"}, " "},
	{[]string{"สมชาย", "มาลี"}, []string{"ใจดี", "ศรีสุข"}, " "},
	{[]string{"太郎", "美咲", "さくら"}, []string{"山田", "長谷川", "ワタナベ"}, ""},
	{[]string{"小龍", "秀英"}, []string{"李", "歐陽"}, ""},
	{[]string{"서연", "민준"}, []string{"김", "황보"}, ""},
	{[]string{"ანა", "Արամ"}, []string{"ბერიძე", "Պետրոսյան"}, " "},
	{[]string{"አበበ", "ሰላም"}, []string{"ቢቂላ", "ተስፋዬ"}, " "},
}
