#include <algorithm>
#include <candela/server/detail/server_unit.hpp>
#include <candela/server/server.hpp>
#include <utility>

namespace candela {

server::server(server_options options) : options_(std::move(options)) {
  const unsigned count = std::max(1U, options_.workers);
  for (unsigned i = 0; i != count; ++i) units_.push_back(std::make_unique<unit>(options_, i));
}

server::~server() = default;

net::worker& server::worker(unsigned index) noexcept { return units_[index]->worker(); }
candela::dispatcher& server::dispatcher(unsigned index) noexcept { return units_[index]->dispatcher(); }

std::expected<void, std::string> server::listen() {
  for (endpoint& each : options_.endpoints) {
    // Workers share their port, and so would a second instance of the service.
    if (auto free = net::listener::probe(each.where); !free) return free;
    for (const auto& worker : units_) {
      const auto bound = worker->listen(each);
      if (!bound) return std::unexpected(bound.error());
      each.where = *bound;
    }
  }
  return {};
}

std::vector<net::address> server::addresses() const {
  std::vector<net::address> all;
  for (const endpoint& each : options_.endpoints) all.push_back(each.where);
  return all;
}

void server::use(unsigned index, std::unique_ptr<generation> next) { units_[index]->dispatcher().use(std::move(next)); }

void server::use(unsigned index, std::unique_ptr<db::driver> database) { units_[index]->use(std::move(database)); }

void server::use(unsigned index, std::unique_ptr<store::worker_store> access) { units_[index]->use(std::move(access)); }

store::worker_store* server::store(unsigned index) noexcept { return units_[index]->store(); }

void server::use(unsigned index, const http::h1_settings& settings) { units_[index]->use(settings); }

void server::use(std::size_t endpoint_index, std::shared_ptr<const net::tls_context> fresh) {
  on_each(
      [this, endpoint_index, fresh = std::move(fresh)](unsigned index) { units_[index]->use(endpoint_index, fresh); });
}

void server::on_each(const std::function<void(unsigned index)>& work) {
  for (unsigned i = 0; i != workers(); ++i) {
    if (i == 0 || !running_) {
      work(i);
    } else {
      worker(i).loop().post([work, i] { work(i); });
    }
  }
}

void server::run() {
  for (const auto& each : units_) each->accept();
  running_ = true;
  for (unsigned i = 1; i != workers(); ++i) worker(i).start();
  worker(0).loop().run();
  for (unsigned i = 1; i != workers(); ++i) worker(i).join();
  running_ = false;
}

void server::stop() {
  for (const auto& each : units_) each->worker().loop().post([&unit = *each] { unit.end(); });
}

void server::drain(std::chrono::milliseconds grace, std::move_only_function<void(const drain_report&)> done) {
  draining_ = units_.size();
  drained_ = {};
  on_drained_ = std::move(done);
  on_each([this, grace](unsigned index) {
    units_[index]->drain(grace, [this](const drain_report& report) {
      worker(0).loop().post([this, report] {
        drained_.cut += report.cut;
        drained_.unjoined += report.unjoined;
        if (--draining_ == 0) std::exchange(on_drained_, nullptr)(drained_);
      });
    });
  });
}

}  // namespace candela
