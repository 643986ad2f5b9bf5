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

package main

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
)

func TestWellFormed(t *testing.T) {
	t.Parallel()
	for i := range themes {
		decoder := xml.NewDecoder(strings.NewReader(picture(&themes[i])))
		for {
			_, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", themes[i].file, err)
			}
		}
	}
}

// TestTextFits : text stays in its box, also in a broad font. DejaVu Sans is the broadest of the usual ones.
func TestTextFits(t *testing.T) {
	t.Parallel()
	const boldLetter, letter = 0.66, 0.58
	for _, b := range boxes() {
		room := b.width - inset
		if size := float64(len(b.title)) * titleSize * boldLetter; size > room {
			t.Errorf("%q needs %g, and has %g", b.title, size, room)
		}
		for _, note := range b.notes {
			if size := float64(len(note)) * noteSize * letter; size > room {
				t.Errorf("%q needs %g, and has %g", note, size, room)
			}
		}
		if b.x < 0 || b.y < 0 || b.right() > width || b.y+b.height > height {
			t.Errorf("%q is outside the picture", b.title)
		}
	}
}

// TestCatalogueIsAsDrawn : the topics that every map has go where the picture says.
func TestCatalogueIsAsDrawn(t *testing.T) {
	t.Parallel()
	drawn := map[v1alpha1.TopicClass]v1alpha1.Role{v1alpha1.ClassApproval: v1alpha1.RoleCustomer, v1alpha1.ClassFeatureRequest: v1alpha1.RoleEndUser}
	others := 0
	for _, topic := range topics.Catalogue() {
		switch role, ok := drawn[topic.Class]; {
		case ok && !slices.Equal(topic.To, []v1alpha1.Role{role}):
			t.Errorf("%s goes to %s, and the picture says that it goes to %s", topic.Name, topic.To, role)
		case !ok && !slices.Contains(topic.To, v1alpha1.RoleProductOwner):
			t.Errorf("%s goes to %s, and the picture says that it also goes to the product owner", topic.Name, topic.To)
		case !ok && len(topic.To) > 1:
			others++
		}
	}
	if others == 0 {
		t.Error("no question goes to the product owner and others, and the picture says that some do")
	}
}

// TestContrast : people with weak eyes can read the text and see the lines, by the numbers of WCAG 2.2.
func TestContrast(t *testing.T) {
	t.Parallel()
	for _, theme := range themes {
		for _, text := range []string{theme.text, theme.note} {
			for _, ground := range []string{theme.page, theme.box} {
				if got := contrast(t, text, ground); got < 4.5 {
					t.Errorf("%s: text %s on %s has a contrast of %.1f", theme.file, text, ground, got)
				}
			}
		}
		for _, line := range []string{theme.edge, theme.customer, theme.endUser, theme.productOwner} {
			if got := contrast(t, line, theme.page); got < 3 {
				t.Errorf("%s: a line of %s has a contrast of %.1f", theme.file, line, got)
			}
		}
	}
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	light, dark := luminance(t, a), luminance(t, b)
	return (max(light, dark) + 0.05) / (min(light, dark) + 0.05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	var red, green, blue uint8
	if _, err := fmt.Sscanf(colour, "#%02x%02x%02x", &red, &green, &blue); err != nil {
		t.Fatalf("%s: %v", colour, err)
	}
	linear := func(part uint8) float64 {
		value := float64(part) / math.MaxUint8
		if value <= 0.04045 {
			return value / 12.92
		}
		return math.Pow((value+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(red) + 0.7152*linear(green) + 0.0722*linear(blue)
}
