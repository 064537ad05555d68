#include <candela/core/log.hpp>
#include <candela/net/socket_transport.hpp>
#include <candela/server/detail/server_unit.hpp>
#include <utility>

namespace candela {

namespace {

// How often a draining worker looks whether everything has ended: exchanges whose connection is gone end silently.
constexpr std::chrono::milliseconds drain_period{5};
// What cancelled handlers get to end by themselves.
constexpr std::chrono::seconds cancelled_period{2};

}  // namespace

server::unit::unit(const server_options& options, unsigned index)
    : worker_(index, options.time),
      dispatcher_(worker_),
      drain_timer_(
          worker_.timers(), [](net::timer& fired) { static_cast<drain_timer&>(fired).owner.look_at_draining(); },
          *this) {
  if (options.metrics != nullptr) {
    metrics::registry& cells = *options.metrics;
    connection_gauge_ = &cells.gauge_cell("candela_connections", "Open client connections.", {}, index);
    accepted_ = &cells.counter_cell("candela_connections_accepted_total", "Client connections accepted.", {}, index);
    handshakes_failed_ =
        &cells.counter_cell("candela_tls_handshakes_failed_total", "TLS handshakes that did not succeed.", {}, index);
  }
  use(options.http);
}

server::unit::~unit() {
  doors_.clear();
  for (const auto& context : contexts_) {
    context->on_closed(nullptr);
    context->cut_all();
  }
}

std::expected<net::address, std::string> server::unit::listen(const endpoint& on) {
  auto opened = net::listener::open(worker_, on.where);
  if (!opened) return std::unexpected(opened.error());
  const net::address where = (*opened)->where();
  doors_.push_back({std::move(*opened), on.tls});
  return where;
}

void server::unit::accept() {
  for (std::size_t i = 0; i != doors_.size(); ++i) {
    doors_[i].listener->start([this, i](int descriptor, const net::address& peer) { open(i, descriptor, peer); });
  }
}

void server::unit::open(std::size_t door_index, int descriptor, const net::address& peer) {
  const door& entered = doors_[door_index];
  net::transport_ptr made = entered.tls == nullptr
                                ? net::make_socket_transport(worker_, descriptor, peer)
                                : net::make_tls_transport(worker_, descriptor, peer, entered.tls, this);
  if (made == nullptr) return;
  contexts_.back()->open(std::move(made));
  // Behind what may throw: a connection that was not opened is not closed either.
  if (accepted_ != nullptr) {
    accepted_->add();
    connection_gauge_->add(1);
  }
}

void server::unit::on_closed() {
  if (connection_gauge_ != nullptr) connection_gauge_->add(-1);
  for (const door& each : doors_) each.listener->descriptors_freed();
  // Not here: the connection that ended is still on the stack.
  if (contexts_.size() > 1) worker_.loop().post([this] { retire_contexts(); });
}

void server::unit::retire_contexts() {
  std::erase_if(contexts_, [&](const auto& each) { return each != contexts_.back() && each->connections() == 0; });
}

void server::unit::use(std::unique_ptr<db::driver> database) {
  database_ = std::move(database);
  dispatcher_.use_database(database_.get());
}

void server::unit::use(const http::h1_settings& settings) {
  auto made = std::make_unique<http::h1_context>(worker_, dispatcher_, settings);
  made->on_closed([this] { on_closed(); });
  contexts_.push_back(std::move(made));
  retire_contexts();
}

void server::unit::use(std::size_t endpoint_index, std::shared_ptr<const net::tls_context> fresh) {
  doors_[endpoint_index].tls = std::move(fresh);
}

void server::unit::on_handshake_failed(const net::address& peer, std::string_view why) {
  if (handshakes_failed_ != nullptr) handshakes_failed_->add();
  log::debug("a TLS handshake failed", log::field("peer", peer.to_string()), log::field("why", why));
}

std::size_t server::unit::connections() const noexcept {
  std::size_t count = 0;
  for (const auto& each : contexts_) count += each->connections();
  return count;
}

void server::unit::drain(std::chrono::milliseconds grace, std::move_only_function<void(const drain_report&)> done) {
  on_drained_ = std::move(done);
  drain_until_ = worker_.time().steady() + grace;
  for (const door& each : doors_) each.listener->drain_and_close();
  for (const auto& each : contexts_) each->drain();
  look_at_draining();
}

void server::unit::look_at_draining() {
  const auto now = worker_.time().steady();
  const bool quiet = connections() == 0 && dispatcher_.running() == 0;
  if (!quiet && now >= drain_until_ && !gave_up_) give_up();
  if (quiet || now >= drain_until_) {
    drained_.unjoined = dispatcher_.running();
    return std::exchange(on_drained_, nullptr)(drained_);
  }
  drain_timer_.arm(now + drain_period);
}

void server::unit::give_up() {
  gave_up_ = true;
  for (const auto& each : contexts_) drained_.cut += each->cut_all();
  dispatcher_.cancel_all();
  drain_until_ = worker_.time().steady() + cancelled_period;
}

void server::unit::end() {
  for (const door& each : doors_) each.listener->drain_and_close();
  for (const auto& each : contexts_) each->cut_all();
  dispatcher_.cancel_all();
  // What was cancelled goes on in later turns; two of them let awaits that were cut short come back.
  worker_.loop().post([this] { worker_.stop(); });
}

}  // namespace candela
