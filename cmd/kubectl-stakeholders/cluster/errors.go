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

package cluster

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

// Explain turns an error of the API server, or of the way to it, into one that says what to do. Doing names what was
// tried, such as "read StakeholderMap payments/checkout". An error that is already explained stays as it is.
func (c *Cluster) Explain(doing string, err error) error {
	if err == nil || failure.Code(err) != failure.CodeUsage {
		return err
	}
	return failure.Cluster("cannot %s: %w", doing, &explained{err, c.explanation(err)})
}

// explained is an error with a text that says what to do. Callers see the kind of the error.
type explained struct {
	error

	text string
}

// Error implements error.
func (e *explained) Error() string { return e.text }

// Unwrap returns the error without the explanation.
func (e *explained) Unwrap() error { return e.error }

func (c *Cluster) explanation(err error) string {
	switch {
	case errors.Is(err, context.Canceled):
		return "interrupted"
	case apierrors.IsUnauthorized(err) && c.isAnonymous():
		return c.Server + " needs to know who you are, but the kubeconfig selects no user. Choose one with --user or --context"
	case apierrors.IsUnauthorized(err):
		return c.Server + " does not know who you are. Log in again, or choose another user with --context"
	case apierrors.IsForbidden(err):
		return explainRefusal(err)
	case meta.IsNoMatchError(err), isKindMissing(err):
		return c.missing()
	}
	if problem := c.wayProblem(err); problem != "" {
		return problem
	}
	return messages.OneLine(err.Error())
}

// isAnonymous reports whether requests say nothing about the user.
func (c *Cluster) isAnonymous() bool {
	r := c.config
	return r.BearerToken == "" && r.BearerTokenFile == "" && r.Username == "" && r.ExecProvider == nil && r.AuthProvider == nil &&
		r.CertFile == "" && len(r.CertData) == 0
}

// IsForbidden reports whether the API server refuses a request, also if the error is explained.
func IsForbidden(err error) bool { return err != nil && apierrors.IsForbidden(err) }

// explainRefusal says who the user is and which right is missing, or why admission refuses.
func explainRefusal(err error) string {
	text := err.Error()
	if found := missingRight.FindStringSubmatch(text); found != nil {
		return explainRight(found)
	}
	if _, reason, found := strings.Cut(text, "denied request: "); found {
		return reason
	}
	if request, isUnexplained := strings.CutPrefix(text, " ("); isUnexplained {
		return "the server refuses it and gives no reason (" + request + ". Check --context, and whether a proxy is in the way"
	}
	return text
}

// missingRight is how the authorizer of the API server says it: `… is forbidden: User "jane" cannot get resource
// "stakeholdermaps" in API group "stakeholders.dev" in the namespace "payments"`, and perhaps more.
var missingRight = regexp.MustCompile(`(?s)is forbidden: User ("(?:[^"\\]|\\.)*") cannot (\S+) resource "([^"]*)" in API group "([^"]*)" (?:in the namespace "([^"]*)"|at the cluster scope)`)

// anonymous is the user of requests without credentials.
const anonymous = "system:anonymous"

// explainRight puts what missingRight has found in a sentence.
func explainRight(found []string) string {
	user, err := strconv.Unquote(found[1])
	if err != nil {
		user = found[1]
	}
	verb, resource, group, namespace := found[2], found[3], found[4], found[5]
	if strings.HasPrefix(verb, "impersonate") {
		// The API server names the last right that it has tried, such as impersonate-on:user-info:create on selfsubjectreviews.
		verb, resource, group = "impersonate", "users", ""
	}
	if group != "" {
		resource += "." + group
	}
	where, admin := "in namespace "+namespace, "the namespace"
	if namespace == "" {
		where, admin = "in the whole cluster", "the cluster"
	}
	switch {
	case user == anonymous:
		return "you are not logged in, and " + user + " may not " + verb + " " + resource + " " + where + ". Choose a user with --context or --user"
	case verb == "impersonate":
		return user + " may not impersonate the user of --as. Ask an admin of the cluster for this right, or leave out --as"
	}
	return user + " may not " + verb + " " + resource + " " + where + ". Ask an admin of " + admin + " for this right, or choose another user with --context"
}

// isKindMissing reports whether the API server does not serve a kind at all, so that no object can be found.
func isKindMissing(err error) bool {
	var status apierrors.APIStatus
	return errors.As(err, &status) && apierrors.IsNotFound(err) && (status.Status().Details == nil || status.Status().Details.Name == "")
}
