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

package repository

import (
	"cmp"
	"fmt"
	"strings"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
)

const (
	// IssueTemplates is the folder of the files of IssueForms.
	IssueTemplates = ".github/ISSUE_TEMPLATE"
	// IssueConfigPath is the file with the contact links.
	IssueConfigPath = IssueTemplates + "/config.yml"

	defaultFormTopic = "feature-request"
	// maxNamed is the number of parties that a sentence names.
	maxNamed = 5
	// otherPerson is the option for a person who is not in the map.
	otherPerson = "A person who is not listed"
)

// IssueFormsOptions configure IssueForms.
type IssueFormsOptions struct {
	// Topic is a topic of class FeatureRequest. The default is feature-request. The file of the form is <topic>.yml.
	Topic string
	// Labels of new issues, each with 1 to 50 characters and no comma. The default is the topic. GitHub adds only
	// labels that exist in the repository.
	Labels []string
	// LinkBases are URLs by system of handles, such as slack. A handle without its # or @ is appended to the URL, as in
	// https://slack.com/app_redirect?team=T0123&channel=. A handle that is a URL needs no base.
	LinkBases map[string]string
	// BlankIssues lets people open an issue without a form.
	BlankIssues bool
}

// IssueForms renders a GitHub issue form for feature requests, and the contact links that GitHub shows beside it. The
// links lead only to the end users who receive the topic. The product owner is assigned, because that is how GitHub
// notifies a person. Names are rendered as inert text. The error wraps ErrOptions.
func IssueForms(table *routing.RoutingTable, options IssueFormsOptions) (Output, error) {
	options.Topic = cmp.Or(options.Topic, defaultFormTopic)
	if len(options.Labels) == 0 {
		options.Labels = []string{options.Topic}
	}
	topic, known := topicNamed(table, options.Topic)
	if !known || topic.Class != classFeatureRequest || !isFormName(options.Topic) {
		return Output{}, fmt.Errorf("%w: the map has no topic %q of class %s: approvals and consultations do not belong in a form that all users can fill in",
			ErrOptions, options.Topic, classFeatureRequest)
	}
	if err := options.check(); err != nil {
		return Output{}, err
	}
	var out Output
	path := IssueTemplates + "/" + topic.Name + ".yml"
	f := out.form(path, table, topic)
	f.Labels = options.Labels
	f.Assignees = out.assignees(path, topic)
	config := map[string]any{"blank_issues_enabled": options.BlankIssues}
	if links := out.links(table, topic, options.LinkBases); len(links) > 0 {
		config["contact_links"] = links
	}
	out.Files = []File{yamlFile(path, table, f), yamlFile(IssueConfigPath, table, config)}
	return out.sorted(), nil
}

// isFormName reports whether a topic can be the name of a form's file.
func isFormName(topic string) bool { return isNamespace(topic) && topic != "config" }

// product returns the product's name for a sentence.
func product(table *routing.RoutingTable) string {
	return cmp.Or(inert(table.Product.DisplayName), "this product")
}

func (o IssueFormsOptions) check() error {
	for _, label := range o.Labels {
		if label == "" || oneLine(label) != label || strings.Contains(label, ",") || len([]rune(label)) > 50 {
			return fmt.Errorf("%w: %q is no label: use 1 to 50 characters without a comma", ErrOptions, label)
		}
	}
	if len(o.Labels) != len(uniqueFold(o.Labels)) {
		return fmt.Errorf("%w: a label stands there twice: remove one", ErrOptions)
	}
	for system, base := range o.LinkBases {
		if webPage(base) == "" {
			return fmt.Errorf("%w: the base of links for %q is %q, which is no URL: use one such as https://slack.com/app_redirect?team=T0123&channel=", ErrOptions, system, base)
		}
	}
	return nil
}
