/*
Copyright 2026 The stakeholder-operator authors.

Licensed under the Apache License, Version 2.0 (the "License");
you may not use this file except in compliance with the License.
You may obtain a copy of the License at

    http://www.apache.org/licenses/LICENSE-2.0

Unless required by applicable law or agreed to in writing, software
distributed under the License is distributed on an "AS IS" BASIS,
WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
See the License for the specific language governing permissions and
limitations under the License.
*/

package crd

import "maps"

const (
	saysEmptyWindow = "EmptyWindow: validUntil must be after validFrom: correct one of the two, or leave one out"
	saysFrom        = "validFrom must be a time that exists, from 1970 to the last day but one of 9999, in the form 2026-01-01T00:00:00Z: with a T between date and time, and a Z or an offset such as +01:00 at the end"
	saysUntil       = "validUntil must be a time that exists, from 1970 to the last day but one of 9999, in the form 2027-01-01T00:00:00Z: with a T between date and time, and a Z or an offset such as +01:00 at the end"
	saysTopicOf     = "UnknownTopic: a topic's name is a DNS label such as budget: lower-case letters, digits and '-', with a letter or digit at both ends"
)

func init() { maps.Copy(rejectCases, windowRejectCases()) } //nolint:gochecknoinits // one table, in two files

// windowRejectCases are about validFrom and validUntil. If the API server accepted a time that Go cannot read, the
// operator could not read any map.
func windowRejectCases() map[string]rejectCase {
	out := map[string]rejectCase{
		"WindowEndsAsItBegins": {
			reason: "A window without any time in it is an error.", at: parties,
			edit:  edits{"$.validFrom": "2026-01-01T00:00:00Z", "$.validUntil": "2026-01-01T01:00:00+01:00"},
			field: "$.validUntil", says: saysEmptyWindow,
		},
		"WindowEndsBeforeItBegins": {
			reason: "The user has exchanged the two.", at: parties,
			edit:  edits{"$.validFrom": "2027-01-01T00:00:00Z", "$.validUntil": "2026-01-01T00:00:00Z"},
			field: "$.validUntil", says: saysEmptyWindow,
		},
		"PartyTopicNoName": {
			reason: "No topic has this name.", at: parties,
			edit: edits{"$.topics": texts("budget\nrelease")}, field: "$.topics[0]", says: saysTopicOf,
		},
	}
	for name, moment := range map[string]string{
		"BeforeTheEpoch": "1969-12-31T23:59:59Z", "InYearZero": "0000-01-01T00:00:00Z", "InYearOne": "0001-01-01T00:00:00Z",
		"InYear10000": "9999-12-31T23:59:59-01:00", "OnTheLastDay": "9999-12-31T00:00:00Z",
	} {
		out["From"+name] = rejectCase{
			reason: "Such a time is a mistake.", at: parties, edit: edits{"$.validFrom": moment}, field: "$.validFrom", says: saysFrom,
		}
		out["Until"+name] = rejectCase{
			reason: "Such a time is a mistake.", at: parties, edit: edits{"$.validUntil": moment}, field: "$.validUntil", says: saysUntil,
		}
	}
	for name, moment := range map[string]string{
		"NoZone": "2026-01-01T00:00:00", "EmptyFraction": "2026-01-01T00:00:00.Z", "LongFraction": "2026-01-01T00:00:00.0000000000Z", "Comma": "2026-01-01T00:00:00,5Z", "Space": "2026-01-01 00:00:00Z", "LowerCase": "2026-01-01t00:00:00z",
		"DateOnly": "2026-01-01", "YearOfFiveDigits": "12026-01-01T00:00:00Z", "TwoLines": "2026-01-01T00:00:00Z\n", "Empty": "", "Zone24": "2026-01-01T00:00:00+24:00", "Zone60": "2026-01-01T00:00:00+23:60", "Week": "2026-W01-1T00:00:00Z",
	} {
		out["From"+name] = rejectCase{
			reason: "One form is enough.", at: parties, edit: edits{"$.validFrom": moment}, field: "$.validFrom", says: saysFrom,
		}
		out["Until"+name] = rejectCase{
			reason: "One form is enough.", at: parties, edit: edits{"$.validUntil": moment}, field: "$.validUntil", says: saysUntil,
		}
	}
	for field, moment := range map[string]string{"$.validFrom": "2026-01-01T00:00:00.0000000000+00:00", "$.validUntil": "2099-01-01T00:00:00.0000000000+00:00"} {
		out["TooLong"+field] = rejectCase{
			reason: "No time of the form is so long.", at: parties, edit: edits{field: moment}, field: field, says: "Too long: may not be more than 35 ",
		}
	}
	for name, moment := range map[string]string{
		"Month13": "2026-13-01T00:00:00Z", "February30": "2026-02-30T00:00:00Z", "Hour25": "2026-01-01T25:00:00Z", "Minute60": "2026-01-01T00:60:00Z",
		"LeapSecond": "2026-12-31T23:59:60Z",
	} {
		out["From"+name] = rejectCase{
			reason: "There is no such time.", at: parties, edit: edits{"$.validFrom": moment}, field: "$.validFrom", says: saysFrom,
		}
	}
	return out
}
