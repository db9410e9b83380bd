package io.weft.examples.stage

import io.kotest.core.annotation.Condition
import io.kotest.core.spec.Spec
import io.weft.dist.testing.ElixirNode
import kotlin.reflect.KClass

/**
 * Whether Elixir's GenStage is at hand: the compiled library is looked for in the directory that
 * the system property `weft.genstage.ebin` or the variable `WEFT_GENSTAGE_EBIN` names.
 */
internal class GenStageAtHand : Condition {
  override fun evaluate(kclass: KClass<out Spec>): Boolean =
    ElixirNode.isInstalled && directory != null

  companion object {
    val directory: String? =
      System.getProperty("weft.genstage.ebin") ?: System.getenv("WEFT_GENSTAGE_EBIN")
  }
}

/**
 * Stages of Elixir: a counter with any dispatcher, a doubler, and a sink that tells what it took.
 */
internal val ELIXIR_STAGES =
  """
  defmodule Counting do
    use GenStage
    def init(opts), do: {:producer, 0, opts}
    def handle_demand(n, next), do: {:noreply, Enum.to_list(next..(next + n - 1)), next + n}
    def handle_call({:push, events}, _, next), do: {:reply, :ok, events, next}
  end

  defmodule Doubling do
    use GenStage
    def init(opts), do: {:producer_consumer, nil, opts}
    def handle_events(events, _, s), do: {:noreply, Enum.map(events, & &1 * 2), s}
  end

  defmodule Taking do
    use GenStage
    def init({limit, opts}), do: {:consumer, {limit, []}, opts}
    def handle_subscribe(:producer, _, from, {limit, taken}) when limit > 0 do
      GenStage.ask(from, limit)
      {:manual, {0, taken}}
    end
    def handle_subscribe(_, _, _, s), do: {:automatic, s}
    def handle_events(events, _, {limit, taken}), do: {:noreply, [], {limit, [events | taken]}}
    def handle_cancel(reason, _, {limit, taken}), do: {:noreply, [], {limit, [reason | taken]}}
    def handle_call(:taken, _, {_, taken} = s), do: {:reply, Enum.reverse(taken), [], s}
  end

  defmodule Await do
    def until(f, tries \\ 600) do
      case f.() do
        x when x in [nil, false] and tries > 0 -> Process.sleep(10); until(f, tries - 1)
        x -> x
      end
    end
    def events(sink, n) do
      until(fn ->
        all = GenServer.call(sink, :taken) |> Enum.filter(&is_list/1) |> List.flatten()
        length(all) >= n && Enum.take(all, n)
      end)
    end
  end
  :ok
  """
