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

package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/cluster"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/inquiry"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

// maxDescription is how many bytes a description can have in a file: more than the API server takes, which says how many letters it takes.
const maxDescription = 64 << 10

// question is what the flags of `request` say.
type question struct {
	asked           v1alpha1.StakeholderRequestSpec
	descriptionFile string
	links           []string
	name            string
	dryRun          string
	wait            bool
	timeout         time.Duration
	output          output.Flags
}

func newRequestCommand(env *environment) *cobra.Command {
	q := &question{}
	cmd := &cobra.Command{
		Use:   "request PRODUCT TOPIC --title TITLE",
		Short: "Ask the stakeholders of a product for a decision",
		Long: `Ask the stakeholders of a product for a decision. The command creates a StakeholderRequest in your name. The operator sends it to
the parties that the product's map names for the topic.

With --wait, the command ends when there is an outcome. The exit code is 0 if the request is approved and what it opens is open, or if
it is accepted. It is 1 if it is rejected, declined, deferred, expired or withdrawn. It is 3 if there is no answer: --timeout has
passed, Ctrl-C ended the wait, the request was deleted, or it can no longer be decided. After --timeout and Ctrl-C, the request stays.

With --name, the command can be repeated: a request of that name that asks the same is not made again.`,
		Example: `  kubectl stakeholders request checkout release --title "Release 1.4.0"
  kubectl stakeholders request checkout release --title "Release 1.4.0" --subject registry.example/shop/checkout@sha256:0123 --wait
  kubectl stakeholders request payments/checkout feature-request --title "Receipts by e-mail" --description-file -`,
		Args:              takes("PRODUCT TOPIC", 2, 2, "For example: kubectl stakeholders request checkout release --title \"Release 1.4.0\""),
		ValidArgsFunction: completeArgs(env.completeProducts(nil), env.completeTopics(nil)),
		RunE:              func(cmd *cobra.Command, args []string) error { return env.request(cmd.Context(), q, args[0], args[1]) },
	}
	q.addTo(cmd)
	return cmd
}

func (q *question) addTo(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&q.asked.Title, "title", "", "What you ask, in one line. Required.")
	flags.StringVar(&q.asked.Subject, "subject", "", "Exactly what the answer is about, such as an image with its digest. An approval opens this and nothing else.")
	flags.StringVar(&q.asked.Description, "description", "", "What the people who answer have to know.")
	flags.StringVar(&q.descriptionFile, "description-file", "", "Read the description from this file, or from standard input if it is -.")
	flags.StringArrayVar(&q.links, "link", nil, "A link that helps to answer, as an https URL or TITLE=URL. Can be repeated.")
	flags.StringVar(&q.asked.ExpiresAfter, "expires-after", "", "End the request without an outcome after this time, such as 72h. Without it, after 30 days.")
	flags.StringVar(&q.asked.ValidFor, "valid-for", "", "How long an approval opens the subject, such as 720h. Without it, until the request is deleted.")
	flags.StringVar(&q.name, "name", "", "Name of the request. Without it, the API server generates one.")
	flags.BoolVar(&q.wait, "wait", false, "Wait until there is an outcome. The exit code is 0 after a yes, 1 after a no or if the request expires, and 3 without an answer.")
	flags.DurationVar(&q.timeout, "timeout", 0, "Give up waiting after this time, such as 1h, with exit code 3. The request stays. 0 waits without a limit.")
	flags.StringVar(&q.dryRun, "dry-run", "none", "none, client (check the fields and print the request) or server (let the API server check it, and do not create it).")
	_ = cmd.RegisterFlagCompletionFunc("dry-run", cobra.FixedCompletions([]string{"none", "client", "server"}, cobra.ShellCompDirectiveNoFileComp))
	q.output.AddTo(cmd, nil, output.Name)
}

// request asks.
func (e *environment) request(ctx context.Context, q *question, productName, topic string) error {
	if err := q.complete(e.In); err != nil {
		return err
	}
	c, err := e.connect(false)
	if err != nil {
		return err
	}
	m, err := e.askAbout(ctx, c, productName, topic)
	if err != nil {
		return err
	}
	me, err := c.WhoAmI(ctx)
	if err != nil {
		return err
	}
	q.asked.Map, q.asked.Topic, q.asked.RequestedBy = m.Name, topic, me.User
	r := inquiry.New(m.Namespace, q.name, q.asked)
	result := &requested{request: r, namespace: c.Namespace, dryRun: q.dryRun}
	if q.dryRun == "client" {
		if err := checkFields(ctx, r); err != nil {
			return err
		}
		return q.output.Write(e.Terminal, result)
	}
	if result.existed, err = createRequest(ctx, c, r, q.dryRun == "server"); err != nil {
		return err
	}
	if q.dryRun == "server" {
		return q.output.Write(e.Terminal, result)
	}
	return e.showRequested(ctx, c, q, result)
}

// showRequested says what was asked, and waits if the user wants it.
func (e *environment) showRequested(ctx context.Context, c *cluster.Cluster, q *question, result *requested) error {
	if !q.wait {
		result.request = followUntilSeen(ctx, c, result.request)
		return q.output.Write(e.Terminal, result)
	}
	if !q.output.Programs() {
		_, _ = fmt.Fprintln(e.Out, result.headline())
	}
	ended, err := e.followToEnd(ctx, c, client.ObjectKeyFromObject(result.request), q.timeout)
	switch {
	case ended != nil && q.output.Programs():
		result.request = ended
		return errors.Join(q.output.Write(e.Terminal, result), err)
	case err == nil:
		_, err = fmt.Fprintln(e.Out, e.Paint(terminal.Green, terminal.Escape(inquiry.Ending(ended))))
	}
	return err
}

// complete reads what the flags refer to, and checks what the API server would not explain well.
func (q *question) complete(stdin io.Reader) error {
	switch {
	case q.asked.Title == "":
		return failure.Usage("--title is missing: say in one line what you ask")
	case q.descriptionFile != "" && q.asked.Description != "":
		return failure.Usage("--description and --description-file exclude each other")
	case q.dryRun != "none" && q.dryRun != "client" && q.dryRun != "server":
		return failure.Usage("--dry-run %s is unknown: use none, client or server", q.dryRun)
	case q.timeout != 0 && !q.wait:
		return failure.Usage("--timeout needs --wait. --expires-after ends the request itself")
	case q.timeout < 0:
		return failure.Usage("--timeout %s is negative", q.timeout)
	}
	for _, link := range q.links {
		q.asked.Links = append(q.asked.Links, inquiry.Link(link))
	}
	if q.descriptionFile == "" {
		return nil
	}
	return q.readDescription(stdin)
}

// readDescription reads the description from a file, or from standard input.
func (q *question) readDescription(stdin io.Reader) error {
	if q.descriptionFile != manifest.Stdin {
		file, err := os.Open(q.descriptionFile)
		if err != nil {
			return failure.Usage("--description-file: %w", err)
		}
		defer func() { _ = file.Close() }()
		stdin = file
	}
	content, err := io.ReadAll(io.LimitReader(stdin, maxDescription+1))
	switch {
	case err != nil:
		return failure.Usage("--description-file: %w", err)
	case len(content) > maxDescription:
		return failure.Usage("--description-file %s is larger than %d KiB. Give a --link to it", q.descriptionFile, maxDescription>>10)
	}
	q.asked.Description = inquiry.Description(string(content))
	return nil
}
