#include <algorithm>
#include <candela/audit/trails.hpp>
#include <candela/http/chunked_decoder.hpp>
#include <candela/http/h1_context.hpp>
#include <candela/http/status.hpp>
#include <candela/net/memory_transport.hpp>
#include <candela/service/detail/assembly.hpp>
#include <candela/service/detail/service_state.hpp>
#include <candela/service/test_client.hpp>
#include <candela/store/source.hpp>
#include <charconv>
#include <stdexcept>
#include <thread>

namespace candela {

namespace {

constexpr std::chrono::seconds longest_wait{10};
constexpr std::string_view head_end = "\r\n\r\n";

bool same_name(std::string_view left, std::string_view right) noexcept {
  const auto lower = [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
  };
  return std::ranges::equal(left, right, {}, lower, lower);
}

std::uint64_t number_in(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

test_answer read_head(std::string_view head) {
  test_answer answer;
  answer.status = static_cast<std::uint16_t>(number_in(head.substr(head.find(' ') + 1, 3)));
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos && at + 2 < head.size();) {
    const std::size_t end = std::min(head.find("\r\n", at + 2), head.size());
    const std::string_view line = head.substr(at + 2, end - at - 2);
    const std::size_t colon = line.find(": ");
    if (colon != std::string_view::npos) answer.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    at = end;
  }
  return answer;
}

bool read_chunks(std::string_view bytes, std::string& body) {
  http::chunked_decoder decoder;
  http::head_error refused;
  for (;;) {
    std::string_view piece;
    switch (decoder.next(bytes, piece, refused)) {
      case http::chunk_outcome::data: body += piece; break;
      case http::chunk_outcome::complete: return true;
      case http::chunk_outcome::incomplete: return false;
      case http::chunk_outcome::refused: throw std::runtime_error("the answer's chunks are malformed");
    }
  }
}

// Whether `bytes`, which follow the head, hold all of the body.
bool read_body(std::string_view bytes, bool ended, test_answer& answer) {
  if (!answer.header("transfer-encoding").empty()) return read_chunks(bytes, answer.body);
  const std::string_view length = answer.header("content-length");
  if (length.empty()) {
    answer.body = bytes;
    return ended || http::never_has_content(answer.status);
  }
  answer.body = bytes.substr(0, number_in(length));
  return answer.body.size() == number_in(length);
}

}  // namespace

std::string_view test_answer::header(std::string_view name) const noexcept {
  const auto found = std::ranges::find_if(headers, [&](const auto& each) { return same_name(each.first, name); });
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

struct test_client::state {
  state(detail::service_state& asked, manual_clock* given)
      : time(given), worker(0, given), dispatcher(std::make_unique<candela::dispatcher>(worker)) {
    const detail::composition plan = detail::compose(asked.code, asked.configuration, {});
    if (plan.database) open(*plan.database, asked);
    store_source = detail::make_store(plan.store, metrics);
    store = store_source->open(worker);
    store->connect();
    revocations = detail::make_revocations(plan.revocations, plan.store, metrics);
    const store::revocations* view = revocations == nullptr ? nullptr : &revocations->view(worker);
    if (revocations != nullptr) revocations->start();
    dispatcher->use(detail::assemble(plan, {asked.names, metrics, lanes, asked.facts, store.get(), view}, worker));
    audit::check_trails();
    context = std::make_unique<http::h1_context>(worker, *dispatcher, plan.server.http);
  }

  void open(const detail::database_plan& plan, detail::service_state& asked) {
    database = detail::make_database(plan, metrics);
    static_cast<void>(detail::migrate_database(plan, *database, 1));
    for (const detail::database_work& each : asked.preparations) detail::prepare_database(*database, each, 1);
    driver = database->open(worker);
    dispatcher->use_database(driver.get());
    asked.database.watch(asked.facts.health, [this](net::worker&) { return driver.get(); });
  }

  manual_clock* time;
  net::worker worker;
  metrics::registry metrics;
  net::lanes lanes;
  std::unique_ptr<db::source> database;
  std::unique_ptr<db::driver> driver;
  std::unique_ptr<store::source> store_source;
  std::unique_ptr<store::worker_store> store;
  std::unique_ptr<store::revocation_feed> revocations;
  std::unique_ptr<candela::dispatcher> dispatcher;
  std::unique_ptr<http::h1_context> context;
  std::unique_ptr<net::memory_peer> peer;  // of the request at hand
};

test_client::test_client(service& asked, manual_clock* time) : state_(std::make_unique<state>(*asked.state_, time)) {}

test_client::~test_client() {
  state_->context.reset();
  state_->dispatcher->cancel_all();
  state_->lanes.shut_down();
  if (state_->database != nullptr) state_->database->shut_down();
  turn();
  state_->dispatcher.reset();
}

net::worker& test_client::worker() noexcept { return state_->worker; }
candela::dispatcher& test_client::dispatcher() noexcept { return *state_->dispatcher; }

void test_client::turn() {
  for (int i = 0; i != 4; ++i) state_->worker.loop().turn();
}

void test_client::pass(std::chrono::milliseconds time) {
  if (state_->time == nullptr) throw std::logic_error("only a manual clock can be moved");
  state_->time->advance(time);
  turn();
}

std::string test_client::request(http::method method, std::string_view path, std::string_view body,
                                 const test_headers& headers) {
  std::string bytes = std::string(name_of(method)) + " " + std::string(path) + " HTTP/1.1\r\nHost: test\r\n";
  for (const auto& [name, value] : headers) bytes += name + ": " + value + "\r\n";
  if (!body.empty()) bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return bytes.append("\r\n").append(body);
}

void test_client::send(std::string_view bytes) {
  auto peer = std::make_unique<net::memory_peer>();
  state_->context->open(peer->make());
  peer->send(bytes);
  state_->peer = std::move(peer);
  turn();
}

std::optional<test_answer> test_client::received(bool to_head) {
  net::memory_peer& peer = *state_->peer;
  std::string_view bytes = peer.received();
  for (;;) {
    const std::size_t end = bytes.find(head_end);
    if (end == std::string_view::npos) {
      if (peer.closed()) throw std::runtime_error("the connection was closed without an answer");
      return std::nullopt;
    }
    test_answer answer = read_head(bytes.substr(0, end));
    bytes = bytes.substr(end + head_end.size());
    // 100 and its like announce the answer (RFC 9110, section 15.2).
    if (answer.status < 200 && answer.status != 101) continue;
    if (!to_head && !read_body(bytes, peer.ended(), answer)) return std::nullopt;
    answer.closed = peer.ended();
    return answer;
  }
}

test_answer test_client::ask(http::method method, std::string_view path, std::string_view body,
                             const test_headers& headers) {
  send(request(method, path, body, headers));
  const auto until = std::chrono::steady_clock::now() + longest_wait;
  for (;;) {
    if (auto answer = received(method == http::method::head)) return std::move(*answer);
    if (std::chrono::steady_clock::now() > until) throw std::runtime_error("no answer came in time");
    // Work on a lane comes back by itself; the loop must not be held meanwhile.
    std::this_thread::sleep_for(std::chrono::microseconds(200));
    turn();
  }
}

test_answer test_client::get(std::string_view path, const test_headers& headers) {
  return ask(http::method::get, path, {}, headers);
}

test_answer test_client::post(std::string_view path, std::string_view body, const test_headers& headers) {
  return ask(http::method::post, path, body, headers);
}

}  // namespace candela
