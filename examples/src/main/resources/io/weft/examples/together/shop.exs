weft = :"#{System.fetch_env!("WEFT_NODE")}"

# guide: 6-erlang-elixir
defmodule Shop.Cart do
  use GenServer

  def init(weft), do: {:ok, %{prices: {:prices, weft}, total: 0}}

  def handle_call({:add, sku, pieces}, _from, cart) do
    price = GenServer.call(cart.prices, {:price_of, sku})
    total = cart.total + price * pieces
    {:reply, total, %{cart | total: total}}
  end

  def handle_call(:total, _from, cart), do: {:reply, cart.total, cart}
end

# guide: end

# guide: 6-erlang-elixir
true = Node.connect(weft)
{:ok, _} = GenServer.start_link(Shop.Cart, weft, name: :cart)
watch = Process.monitor({:prices, weft})
# guide: end

Process.register(self(), :shop)
send({:shop, weft}, :opened)

# guide: 6-erlang-elixir
receive do
  {:DOWN, ^watch, :process, who, reason} -> IO.puts("#{inspect(who)} ended: #{inspect(reason)}")
end

# guide: end
again = fn again ->
  try do
    GenServer.call({:prices, weft}, {:price_of, "tea"})
  catch
    :exit, {:noproc, _} -> again.(again)
  end
end

IO.puts("its supervisor has started it again: tea costs #{again.(again)}")

receive do
  :close -> GenServer.stop(:cart)
end
