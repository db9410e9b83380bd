// A node of Ergo 2.2 that does what it is told, line by line, and tells what happens to it.
//
// Arguments: the name of the node, its cookie, the port of EPMD on the loopback address, and with
// how many handlers a connection is served.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/ergo-services/ergo"
	"github.com/ergo-services/ergo/etf"
	"github.com/ergo-services/ergo/gen"
	"github.com/ergo-services/ergo/node"
	"github.com/ergo-services/ergo/proto/dist"
)

var printing sync.Mutex

// say prints a line: what it is about first.
func say(words ...interface{}) {
	printing.Lock()
	defer printing.Unlock()
	fmt.Println(words...)
}

// text is a term in the way of Erlang.
func text(term etf.Term) string {
	switch t := term.(type) {
	case etf.List:
		return "[" + joined(t) + "]"
	case etf.Tuple:
		return "{" + joined(t) + "}"
	case etf.ListImproper:
		last := len(t) - 1
		return "[" + joined(t[:last]) + "|" + text(t[last]) + "]"
	case string:
		return strconv.Quote(t)
	case []byte:
		return fmt.Sprintf("<<%d bytes>>", len(t))
	default:
		return fmt.Sprint(t)
	}
}

func joined(terms []etf.Term) string {
	texts := make([]string, len(terms))
	for i, term := range terms {
		texts[i] = text(term)
	}
	return strings.Join(texts, ",")
}

func number(word string) int {
	n, err := strconv.Atoi(word)
	if err != nil {
		panic(err)
	}
	return n
}

// command is what a process is told by a line.
type command []string

// stop ends a process with a reason. Exit would kill it at the same time: one of the two wins.
type stop string

// target is a process, here or at another node: NAME or NAME@@NODE.
func target(word string) interface{} {
	if name, at, far := strings.Cut(word, "@@"); far {
		return gen.ProcessID{Name: name, Node: at}
	}
	return word
}

// --- producer --------------------------------------------------------------------------------------

// producer counts from 0 on demand, up to a limit; with a size, events are binaries of so many bytes.
type producer struct {
	gen.Stage
	name  string
	next  int
	limit int
	size  int
}

func (p *producer) InitStage(*gen.StageProcess, ...etf.Term) (gen.StageOptions, error) {
	return gen.StageOptions{BufferSize: 100000}, nil
}

func (p *producer) HandleSubscribe(_ *gen.StageProcess, _ gen.StageSubscription, o gen.StageSubscribeOptions) gen.StageStatus {
	say(p.name, "subscribed", o.MinDemand, o.MaxDemand, o.Cancel, o.ManualDemand)
	return gen.StageStatusOK
}

func (p *producer) HandleDemand(_ *gen.StageProcess, _ gen.StageSubscription, count uint) (etf.List, gen.StageStatus) {
	say(p.name, "demand", count)
	left := p.limit - p.next
	if uint(left) < count {
		count = uint(left)
	}
	events := make(etf.List, count)
	for i := range events {
		if p.size > 0 {
			events[i] = make([]byte, p.size)
		} else {
			events[i] = p.next
		}
		p.next++
	}
	return events, gen.StageStatusOK
}

func (p *producer) HandleCancel(_ *gen.StageProcess, _ gen.StageSubscription, reason string) gen.StageStatus {
	say(p.name, "cancel", reason)
	return gen.StageStatusOK
}

func (p *producer) HandleStageInfo(_ *gen.StageProcess, message etf.Term) gen.ServerStatus {
	if why, ok := message.(stop); ok {
		return gen.ServerStatusStopWithReason(string(why))
	}
	say(p.name, "info", text(message))
	return gen.ServerStatusOK
}

func (p *producer) HandleStageTerminate(_ *gen.StageProcess, reason string) {
	say(p.name, "terminated", reason)
}

// --- consumer --------------------------------------------------------------------------------------

// consumer tells what it gets.
type consumer struct {
	gen.Stage
	name   string
	latest gen.StageSubscription
}

func (c *consumer) InitStage(*gen.StageProcess, ...etf.Term) (gen.StageOptions, error) {
	return gen.StageOptions{}, nil
}

func (c *consumer) HandleSubscribed(_ *gen.StageProcess, s gen.StageSubscription, o gen.StageSubscribeOptions) (bool, gen.StageStatus) {
	c.latest = s
	say(c.name, "subscribed")
	return o.ManualDemand, gen.StageStatusOK
}

func (c *consumer) HandleEvents(_ *gen.StageProcess, _ gen.StageSubscription, events etf.List) gen.StageStatus {
	say(c.name, "events", text(events))
	return gen.StageStatusOK
}

func (c *consumer) HandleCanceled(_ *gen.StageProcess, _ gen.StageSubscription, reason string) gen.StageStatus {
	say(c.name, "canceled", reason)
	return gen.StageStatusOK
}

func (c *consumer) HandleStageInfo(_ *gen.StageProcess, message etf.Term) gen.ServerStatus {
	if why, ok := message.(stop); ok {
		return gen.ServerStatusStopWithReason(string(why))
	}
	say(c.name, "info", text(message))
	return gen.ServerStatusOK
}

func (c *consumer) HandleStageTerminate(_ *gen.StageProcess, reason string) {
	say(c.name, "terminated", reason)
}

// HandleStageDirect knows: subscribe TARGET MIN MAX CANCEL MANUAL; ask N; cancel REASON.
func (c *consumer) HandleStageDirect(p *gen.StageProcess, _ etf.Ref, message interface{}) (interface{}, gen.DirectStatus) {
	words := message.(command)
	switch words[0] {
	case "subscribe":
		_, err := p.Subscribe(target(words[1]), gen.StageSubscribeOptions{
			MinDemand:    uint(number(words[2])),
			MaxDemand:    uint(number(words[3])),
			Cancel:       gen.StageCancelMode(number(words[4])),
			ManualDemand: words[5] == "true",
		})
		return nil, err
	case "ask":
		return nil, p.Ask(c.latest, uint(number(words[1])))
	case "cancel":
		return nil, p.Cancel(c.latest, words[1])
	}
	return nil, fmt.Errorf("unknown: %v", words)
}

// --- server ----------------------------------------------------------------------------------------

// server answers calls with {Text, Request} and tells what else it gets.
type server struct {
	gen.Server
	name string
	told etf.Pid
}

func (s *server) HandleCall(_ *gen.ServerProcess, _ gen.ServerFrom, message etf.Term) (etf.Term, gen.ServerStatus) {
	return etf.Tuple{etf.Atom(text(message)), message}, gen.ServerStatusOK
}

func (s *server) HandleCast(_ *gen.ServerProcess, message etf.Term) gen.ServerStatus {
	say(s.name, "cast", text(message))
	return gen.ServerStatusOK
}

func (s *server) HandleInfo(_ *gen.ServerProcess, message etf.Term) gen.ServerStatus {
	switch m := message.(type) {
	case gen.MessageDown:
		say(s.name, "down", m.Reason)
	case gen.MessageExit:
		say(s.name, "exit", m.Reason)
	case stop:
		return gen.ServerStatusStopWithReason(string(m))
	case etf.Pid:
		s.told = m
		say(s.name, "told")
	default:
		say(s.name, "info", text(message))
	}
	return gen.ServerStatusOK
}

func (s *server) Terminate(_ *gen.ServerProcess, reason string) {
	say(s.name, "terminated", reason)
}

// HandleDirect knows: call TARGET ATOM; cast TARGET ATOM; send TARGET ATOM; monitor TARGET; link,
// with the process whose pid it was told; trap; burst TARGET
// MESSAGES BYTES: sends {0, <<>>}, {1, <<so many bytes>>}, {2, <<>>} and so on.
func (s *server) HandleDirect(p *gen.ServerProcess, _ etf.Ref, message interface{}) (interface{}, gen.DirectStatus) {
	words := message.(command)
	switch words[0] {
	case "call":
		reply, err := p.Call(target(words[1]), etf.Atom(words[2]))
		return text(reply), err
	case "cast":
		return nil, p.Cast(target(words[1]), etf.Atom(words[2]))
	case "send":
		return nil, p.Send(target(words[1]), etf.Atom(words[2]))
	case "burst":
		for i := 0; i < number(words[2]); i++ {
			size := i % 2 * number(words[3])
			if err := p.Send(target(words[1]), etf.Tuple{i, make([]byte, size)}); err != nil {
				return nil, err
			}
		}
		return nil, nil
	case "monitor":
		p.MonitorProcess(target(words[1]))
		return nil, nil
	case "link":
		return nil, p.Link(s.told)
	case "trap":
		p.SetTrapExit(true)
		return nil, nil
	}
	return nil, fmt.Errorf("unknown: %v", words)
}

// --- node ------------------------------------------------------------------------------------------

// obey knows: producer NAME LIMIT SIZE; consumer NAME; server NAME; exit NAME REASON; kill NAME;
// connect NODE; and what the process called NAME does, after to NAME.
func obey(n node.Node, words []string) error {
	var err error
	none := gen.ProcessOptions{}
	switch words[0] {
	case "producer":
		behavior := &producer{name: words[1], limit: number(words[2]), size: number(words[3])}
		_, err = n.Spawn(words[1], none, behavior)
	case "consumer":
		_, err = n.Spawn(words[1], none, &consumer{name: words[1]})
	case "server":
		_, err = n.Spawn(words[1], none, &server{name: words[1]})
	case "connect":
		err = n.Connect(words[1])
	case "exit":
		process := n.ProcessByName(words[1])
		err = process.Send(process.Self(), stop(words[2]))
	case "kill":
		n.ProcessByName(words[1]).Kill()
	case "to":
		var value interface{}
		value, err = n.ProcessByName(words[1]).Direct(command(words[2:]))
		if value != nil {
			say(words[1], "value", value)
		}
	default:
		err = fmt.Errorf("unknown: %v", words)
	}
	return err
}

func main() {
	protocol := node.DefaultProtoOptions()
	protocol.NumHandlers = number(os.Args[4])
	n, err := ergo.StartNode(os.Args[1], os.Args[2], node.Options{
		Registrar: dist.CreateRegistrarWithRemoteEPMD("127.0.0.1", uint16(number(os.Args[3]))),
		Proto:     dist.CreateProto(protocol),
		System:    node.System{DisableAnonMetrics: true},
	})
	if err != nil {
		panic(err)
	}
	say("ready", os.Getpid())
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if err := obey(n, words); err != nil {
			say("failed", strings.Join(words, " ")+":", err)
		} else {
			say("done", strings.Join(words, " "))
		}
	}
	n.Stop()
}
