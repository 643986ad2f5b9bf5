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

package product

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/words"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
)

// Row is a product in a list.
type Row struct {
	Reference `json:",inline"`

	Market       string   `json:"market"`
	Customers    []string `json:"customers"`
	EndUsers     []string `json:"endUsers"`
	ProductOwner string   `json:"productOwner,omitempty"`
	// Valid says whether the map breaks no rule. Nil: the operator has not judged it yet.
	Valid *bool `json:"valid,omitempty"`
}

// NewRow returns the row of a map.
func NewRow(m *v1alpha1.StakeholderMap, valid *bool) *Row {
	row := &Row{
		Reference: referenceTo(m), Market: string(m.Spec.Product.Market), Valid: valid,
		Customers: make([]string, len(m.Spec.Customers)), EndUsers: make([]string, len(m.Spec.EndUsers)),
		ProductOwner: m.Spec.ProductOwner.Name,
	}
	for i := range m.Spec.Customers {
		row.Customers[i] = m.Spec.Customers[i].Name
	}
	for i := range m.Spec.EndUsers {
		row.EndUsers[i] = m.Spec.EndUsers[i].Name
	}
	return row
}

func referenceTo(m *v1alpha1.StakeholderMap) Reference {
	return Reference{Namespace: m.Namespace, Name: m.Name, DisplayName: m.Spec.Product.DisplayName}
}

// RowHeader, RowWideHeader and RowRecordHeader are the headers of the cells and of the record of a Row.
var (
	RowHeader       = []string{"PRODUCT", "CUSTOMERS", "END USERS", "PO", "VALID"}
	RowWideHeader   = []string{"MARKET", "NAME"}
	RowRecordHeader = []string{"namespace", "name", "displayName", "market", "customers", "endUsers", "productOwner", "valid"}
)

// Cells returns the row of a table.
func (r *Row) Cells(wide bool) []string {
	shown := 1
	if wide {
		shown = math.MaxInt
	}
	cells := []string{r.Key(), Short(r.Customers, shown), Short(r.EndUsers, shown), r.ProductOwner, yesOrNo(r.Valid, "unknown")}
	if wide {
		cells = append(cells, r.Market, r.DisplayName)
	}
	return cells
}

// Record returns the row of a CSV file.
func (r *Row) Record() []string {
	return []string{
		r.Namespace, r.Name, r.DisplayName, r.Market, strings.Join(r.Customers, " "), strings.Join(r.EndUsers, " "), r.ProductOwner, yesOrNo(r.Valid, ""),
	}
}

// ID tells the product from others.
func (r *Row) ID() string { return r.Key() }

// ObjectName is how kubectl names the map.
func (r *Row) ObjectName() string { return r.Reference.ObjectName() }

func yesOrNo(answer *bool, unknown string) string {
	switch {
	case answer == nil:
		return unknown
	case *answer:
		return "yes"
	default:
		return "no"
	}
}

// Short joins names. It shows the first few and how many more there are, so that a table fits a terminal.
func Short(names []string, shown int) string {
	if len(names) <= shown {
		return strings.Join(names, ",")
	}
	return fmt.Sprintf("%s,+%d", strings.Join(names[:shown], ","), len(names)-shown)
}

// PartyRow is a party of a product in a list.
type PartyRow struct {
	Product   Reference `json:"product"`
	PartyRole `json:",inline"`

	Organization string `json:"organization,omitempty"`
	// Subjects of the party or, if the list is about a user, those through which the user belongs to it.
	Subjects []string `json:"subjects"`
	// MapValid says whether the map breaks no rule. Nil: the operator has not judged it yet.
	MapValid *bool `json:"mapValid,omitempty"`
}

// PartyRowHeader, PartyRowWideHeader and PartyRowRecordHeader are the headers of the cells and of the record of a PartyRow.
var (
	PartyRowHeader       = []string{"PRODUCT", "ROLE", "PARTY", "WINDOW"}
	PartyRowWideHeader   = []string{"SUBJECTS", "PARTY NAME", "ORGANIZATION", "PRODUCT NAME"}
	PartyRowRecordHeader = []string{
		"namespace", "name", "displayName", "role", "party", "partyName", "organization", "phase", "validFrom", "validUntil", "subjects",
		"mapValid",
	}
)

// Cells returns the row of a table.
func (r *PartyRow) Cells(wide bool) []string {
	cells := []string{r.Product.Key(), words.Role(r.Role), r.Name, r.Window()}
	if wide {
		cells = append(cells, strings.Join(r.Subjects, ","), r.DisplayName, r.Organization, r.Product.DisplayName)
	}
	return cells
}

// Record returns the row of a CSV file.
func (r *PartyRow) Record() []string {
	return []string{
		r.Product.Namespace, r.Product.Name, r.Product.DisplayName, r.Role, r.Name, r.DisplayName, r.Organization, string(r.Phase),
		words.Exact(r.ValidFrom), words.Exact(r.ValidUntil), strings.Join(r.Subjects, " "),
		yesOrNo(r.MapValid, ""),
	}
}

// ID tells the product from others.
func (r *PartyRow) ID() string { return r.Product.Key() }

// ObjectName is how kubectl names the map.
func (r *PartyRow) ObjectName() string { return r.Product.ObjectName() }

func newPartyRow(m *v1alpha1.StakeholderMap, p *topics.Party, subjects []string, now time.Time) *PartyRow {
	return &PartyRow{Product: referenceTo(m), PartyRole: RoleOf(p, now), Organization: p.Organization, Subjects: subjects}
}
