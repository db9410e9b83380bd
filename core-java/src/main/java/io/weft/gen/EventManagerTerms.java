package io.weft.gen;

import io.weft.gen.EventManager.Owner;
import io.weft.node.Address;
import io.weft.node.ExitReason;
import io.weft.node.From;
import io.weft.node.Info;
import io.weft.node.Self;
import io.weft.node.ShownTerms;
import io.weft.node.TermCodec;
import io.weft.node.TermMappingException;
import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The requests of OTP's module gen_event, and its answers to the letter.
 *
 * @see <a href="https://www.erlang.org/doc/apps/stdlib/gen_event.html">OTP, module gen_event</a>
 */
final class EventManagerTerms<E> {
  private static final Atom EXIT = Atom.of("EXIT");

  private final Self<?> manager;
  private final InstalledHandlers<E> handlers;
  private final HandlerModules<E> modules;
  private final TermCodec<E> events;

  EventManagerTerms(
      Self<?> manager,
      InstalledHandlers<E> handlers,
      HandlerModules<E> modules,
      TermCodec<E> events) {
    this.manager = manager;
    this.handlers = handlers;
    this.modules = modules;
    this.events = events;
  }

  /** Answers a request; what is none is information for all handlers, as in OTP. */
  void handle(EventManager.Foreign<E> foreign) {
    Term answer = answer(foreign.request());
    if (answer == null) {
      var info = new Info.Unknown(foreign.message(), "no request of gen_event");
      handlers.each(info, on -> on.infoHandler().handle(info));
    } else {
      From.foreign(manager.node(), manager.pid(), foreign.client(), foreign.tag()).reply(answer);
    }
  }

  private @Nullable Term answer(Term request) {
    if (request instanceof Atom name) {
      return switch (name.name()) {
        case "which_handlers" -> Terms.list(handlers.map(handler -> handler.id().term()));
        case "get_modules" -> modulesInUse();
        case "stop" -> {
          manager.stop(ExitReason.NORMAL);
          yield Atom.OK;
        }
        default -> null;
      };
    }
    return request instanceof Tuple tuple && tuple.get(0) instanceof Atom name
        ? answer(name.name() + "/" + tuple.arity(), tuple)
        : null;
  }

  private @Nullable Term answer(String what, Tuple request) {
    Term first = request.arity() > 1 ? request.get(1) : ListTerm.NIL;
    return switch (what) {
      case "sync_notify/2" -> syncNotify(first);
      case "call/3" -> call(first, request.get(2));
      case "add_handler/3" -> added(add(first, request.get(2), null));
      case "add_sup_handler/4" ->
          request.get(3) instanceof Pid pid ? added(add(first, request.get(2), owner(pid))) : null;
      case "delete_handler/3" -> delete(first, request.get(2));
      case "swap_handler/5" -> swap(request, null);
      case "swap_sup_handler/6" ->
          request.get(5) instanceof Pid pid ? swap(request, owner(pid)) : null;
      default -> null;
    };
  }

  private ListTerm modulesInUse() {
    List<Atom> names =
        handlers.map(handler -> Atom.of(handler.id().module())).stream()
            .distinct()
            .sorted(Comparator.comparing(Atom::name))
            .toList();
    return new ListTerm(List.copyOf(names));
  }

  private Term syncNotify(Term term) {
    try {
      E event = events.decode(term, manager.node());
      handlers.each(event, on -> on.eventHandler().handle(event));
    } catch (TermMappingException unknown) {
      manager.warn("dropped {}: {}", term, String.valueOf(unknown.getMessage()));
    }
    return Atom.OK;
  }

  private Term call(Term handler, Term request) {
    HandlerId<?> id = handlers.find(handler);
    return id == null ? error(Atom.of("bad_module")) : call(id, request);
  }

  private <Q> Term call(HandlerId<Q> id, Term request) {
    try {
      Q decoded = id.codec().decode(request, manager.node());
      return switch (handlers.ask(id, decoded)) {
        case HandlerResult.Ok<Object>(Object value) -> id.codec().encodeReply(decoded, value);
        case HandlerResult.Failed<Object>(ExitReason reason) -> error(exit(reason));
        case HandlerResult.Unknown<Object> _ -> badRequest(id + " has no handler for " + request);
      };
    } catch (TermMappingException unknown) {
      return badRequest(String.valueOf(unknown.getMessage()));
    }
  }

  // --- handlers come and go
  // ------------------------------------------------------------------------------------------------

  private Owner owner(Pid pid) {
    Address<Term> address = manager.node().address(pid);
    return new Owner(pid, exit -> address.tell(exit.term()));
  }

  private HandlerResult<Boolean> add(Term handler, Term arguments, @Nullable Owner owner) {
    HandlerModules.Provided<E, ?> module = modules.find(handler);
    if (module != null) {
      return add(module, arguments, owner);
    }
    return handlers.add(
        HandlerModules.unknown(handler),
        (on, self) -> {
          throw HandlerModules.undefined(handler, arguments);
        },
        owner);
  }

  private <Q> HandlerResult<Boolean> add(
      HandlerModules.Provided<E, Q> module, Term arguments, @Nullable Owner owner) {
    return handlers.add(module.id(), module.definition(arguments), owner);
  }

  private Term delete(Term handler, Term arguments) {
    HandlerId<?> id = handlers.find(handler);
    if (id == null) {
      return error(Atom.of("module_not_found"));
    }
    return switch (handlers.delete(id, arguments)) {
      case HandlerResult.Ok<Object>(Object left) ->
          left.equals(true) ? Atom.OK : ShownTerms.of(left);
      case HandlerResult.Failed<Object>(ExitReason reason) -> exit(reason);
      case HandlerResult.Unknown<Object> _ -> error(Atom.of("module_not_found"));
    };
  }

  /** Also where there is no such new module the old handler ends, as in OTP. */
  private Term swap(Tuple request, @Nullable Owner owner) {
    Term handler = request.get(3);
    HandlerModules.Provided<E, ?> module = modules.find(handler);
    HandlerResult<Boolean> result =
        module != null
            ? swap(request, module, owner)
            : swap(
                request,
                HandlerModules.unknown(handler),
                (on, self) -> {
                  Term arguments = Tuple.of(request.get(4), ShownTerms.of(on.inherited()));
                  throw HandlerModules.undefined(handler, arguments);
                },
                owner);
    Term added = added(result);
    return added.equals(Atom.OK) ? added : error(added);
  }

  private <Q> HandlerResult<Boolean> swap(
      Tuple request, HandlerModules.Provided<E, Q> module, @Nullable Owner owner) {
    return swap(request, module.id(), module.definition(request.get(4)), owner);
  }

  /** What the new handler inherits is {@code error} if there is no old one, as in OTP. */
  private <Q> HandlerResult<Boolean> swap(
      Tuple request,
      HandlerId<Q> id,
      EventManager.Definition<E, Q> definition,
      @Nullable Owner owner) {
    HandlerId<?> old = handlers.find(request.get(1));
    EventManager.Definition<E, Q> inheriting =
        (on, self) -> {
          on.inheritUnlessSomething(old == null ? Atom.ERROR : Atom.OK);
          definition.define(on, self);
        };
    HandlerId<?> orNobody = old == null ? HandlerModules.unknown(ListTerm.NIL) : old;
    return handlers.swap(new EventManager.Swap<>(orNobody, request.get(2), id, inheriting, owner));
  }

  private static Term added(HandlerResult<Boolean> result) {
    return result instanceof HandlerResult.Failed<Boolean>(ExitReason reason)
        ? exit(reason)
        : Atom.OK;
  }

  // --- terms
  // ------------------------------------------------------------------------------------------------

  private static Term exit(ExitReason reason) {
    return Tuple.of(EXIT, reason.term());
  }

  private static Term error(Term reason) {
    return Tuple.of(Atom.ERROR, reason);
  }

  private static Term badRequest(String why) {
    return error(Tuple.of(Atom.of("bad_request"), Terms.binary(why)));
  }
}
