package roster

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const saveAs = "save it as “CSV UTF-8 (comma delimited)”, or export it as CSV with the character set UTF-8"

// decoded is the text of a file as UTF-8 without a byte-order mark, or what is wrong
// with it.
func decoded(data []byte) (text []byte, trouble *Problem) {
	header, _, _ := bytes.Cut(data, []byte("\n"))
	switch {
	case len(data) > MaxBytes:
		return nil, &Problem{Text: fmt.Sprintf("it is larger than %d MiB, which no roster is: see whether it is the right file", MaxBytes>>20)}
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("\xD0\xCF\x11\xE0")):
		return nil, &Problem{Text: "it is a workbook and no CSV: " + saveAs}
	case bytes.HasPrefix(data, []byte("\xFF\xFE")), bytes.HasPrefix(data, []byte("\xFE\xFF")), bytes.IndexByte(header, 0) >= 0:
		return nil, &Problem{Text: "its encoding is UTF-16 (“Unicode text”), or it is no text: " + saveAs}
	}
	data = bytes.TrimPrefix(data, []byte(byteOrderMark))
	if bytes.IndexByte(data, '\n') < 0 { // lines of old Macintoshes
		data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
	}
	for i, line := range bytes.Split(data, []byte("\n")) {
		if !utf8.Valid(line) {
			return nil, &Problem{Line: i + 1, Text: "its encoding is not UTF-8 (Excel’s plain “CSV” is Windows-1252): " + saveAs}
		}
	}
	return data, nil
}

// separator is what parts the cells: a comma, or the semicolon or the tab that
// spreadsheets write in many places. The first line that is not empty shows it.
func separator(data []byte) rune {
	line, _, _ := bytes.Cut(bytes.TrimLeft(data, "\r\n"), []byte("\n"))
	if s := strings.ToLower(strings.TrimRight(string(line), "\r")); len(s) == len("sep=,") && strings.HasPrefix(s, "sep=") {
		return rune(s[len("sep=")])
	}
	best := ','
	for _, c := range ";\t" {
		if bytes.Count(line, []byte(string(c))) > bytes.Count(line, []byte(string(best))) {
			best = c
		}
	}
	return best
}

// headerWords are the words of a header in small letters: "Time Zone", "timeZone"
// and "TIME_ZONE" are the same two.
func headerWords(header string) []string {
	var b strings.Builder
	var before rune
	for _, r := range header {
		if unicode.IsUpper(r) && unicode.IsLower(before) {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
		before = r
	}
	return strings.FieldsFunc(b.String(), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) })
}

// personWords tell that a column is about persons, in the languages of the places
// where moderators sit most.
var personWords = strings.Fields(`
name names fullname firstname lastname middlename surname forename nickname alias initials first last given family who
mail email emails agent agents employee employees empid staff staffid worker person persons personnel people user users username userid
login account moderator moderators reviewer reviewers analyst associate advisor adviser specialist member colleague contractor candidate
manager supervisor lead phone telephone mobile address
birth birthday birthdate dob age gender sex passport badge ssn nric payroll salary wage
nombre nombres apellido apellidos correo empleado empleada agente usuario persona trabajador nom prénom prenom courriel employé employée
utilisateur
vorname nachname familienname mitarbeiter mitarbeiterin benutzer nome sobrenome cognome funcionário funcionario usuário dipendente
naam voornaam achternaam medewerker gebruiker imię imie nazwisko pracownik nama pekerja karyawan pengguna emel pangalan empleyado
isim soyisim ad soyad çalışan имя фамилия отчество сотрудник почта tên họ 姓名 姓 名 名前 氏名 员工 員工 邮箱 社員 이름 성명 직원 이메일
الاسم اسم الموظف البريد ชื่อ นามสกุล พนักงาน`)

// aboutPersons is whether a header looks as if its column were about persons. It only
// chooses the words of a note: whatever is none of the roster's is dropped.
func aboutPersons(header string) bool {
	words := headerWords(header)
	return holdsAddress(header) || slices.ContainsFunc(words, func(w string) bool { return slices.Contains(personWords, w) }) ||
		slices.Contains(personWords, strings.Join(words, ""))
}

var address = regexp.MustCompile(`(?i)\S[@＠]\S|\S\s*[\[({]\s*at\s*[\])}]\s*\S`)

// holdsAddress is whether there is an e-mail address in a text, or something like it.
func holdsAddress(s string) bool { return address.MatchString(s) }
