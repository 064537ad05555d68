#include <array>
#include <candela/jose/secret.hpp>
#include <candela/keys/detail/answer_reader.hpp>
#include <candela/keys/detail/fetch_stream.hpp>
#include <candela/keys/detail/kept_streams.hpp>
#include <candela/keys/fetcher.hpp>
#include <candela/net/resolver.hpp>

namespace candela::keys {

namespace {

using stream_ptr = std::unique_ptr<detail::fetch_stream>;

// What came of a request, and whether anything was heard of the other end.
struct asked {
  std::expected<fetched, error> outcome;
  bool heard = false;
};

std::string request_text(const url& to, const fetch_request& request, bool last) {
  std::string text = (request.body.empty() ? "GET " : "POST ") + to.target + " HTTP/1.1\r\nHost: " + to.authority;
  text.append("\r\nAccept: ").append(request.accept);
  if (!request.authorization.empty()) text.append("\r\nAuthorization: ").append(request.authorization);
  if (!request.body.empty()) {
    text.append("\r\nContent-Type: ").append(request.content_type);
    text.append("\r\nContent-Length: ").append(std::to_string(request.body.size()));
  }
  text.append("\r\nUser-Agent: candela\r\n").append(last ? "Connection: close\r\n" : "");
  return text.append("\r\n").append(request.body);
}

asked read_answer(detail::fetch_stream& stream, detail::answer_reader& answer) {
  std::array<char, 8192> space;
  for (bool heard = false;; heard = true) {
    const std::expected<std::size_t, error> bytes = stream.read(space);
    if (!bytes) return {std::unexpected(bytes.error()), heard};
    if (*bytes == 0) {
      if (auto complete = answer.end(); !complete) return {std::unexpected(std::move(complete).error()), heard};
      break;
    }
    const std::expected<bool, error> complete = answer.take({space.data(), *bytes});
    if (!complete) return {std::unexpected(complete.error()), true};
    if (*complete) break;
  }
  return {std::move(answer).result(), true};
}

}  // namespace

struct fetcher::state {
  state(url to, fetch_options chosen)
      : from(std::move(to)), options(std::move(chosen)), kept(options.kept_connections) {
    if (from.secure) context = detail::make_client_context(options.authorities_file);
  }

  [[nodiscard]] std::expected<stream_ptr, error> connect(std::chrono::steady_clock::duration within) const;
  [[nodiscard]] asked ask(stream_ptr stream, const fetch_request& request);

  url from;
  fetch_options options;
  detail::ssl_ctx_ptr context;  // null for http
  detail::kept_streams kept;
};

std::expected<stream_ptr, error> fetcher::state::connect(std::chrono::steady_clock::duration within) const {
  const auto addresses = net::resolve_now(from.host, from.port);
  if (!addresses) return std::unexpected(addresses.error());
  const auto deadline = std::chrono::steady_clock::now() + within;
  error last(errc::unreachable);
  for (const net::address& each : *addresses) {
    auto stream = std::make_unique<detail::fetch_stream>(deadline);
    auto opened = stream->open(each, from, context.get());
    if (opened) return stream;
    last = std::move(opened).error();
  }
  return std::unexpected(std::move(last));
}

asked fetcher::state::ask(stream_ptr stream, const fetch_request& request) {
  std::string text = request_text(from, request, options.kept_connections == 0);
  const auto sent = stream->write(text);
  jose::wipe(std::as_writable_bytes(std::span(text)));
  if (!sent) return {std::unexpected(sent.error())};
  detail::answer_reader answer(options.max_bytes);
  asked made = read_answer(*stream, answer);
  if (made.outcome && answer.may_be_followed()) kept.keep(std::move(stream));
  return made;
}

fetcher::fetcher(url from, fetch_options options)
    : state_(std::make_unique<state>(std::move(from), std::move(options))) {}

fetcher::~fetcher() = default;

const url& fetcher::from() const noexcept { return state_->from; }

std::expected<fetched, error> fetcher::fetch(const fetch_request& request) const {
  const auto begin = std::chrono::steady_clock::now();
  std::chrono::steady_clock::duration left = state_->options.timeout;
  if (stream_ptr kept = state_->kept.take()) {
    kept->restart(begin + left);
    asked made = state_->ask(std::move(kept), request);
    if (made.outcome || made.heard || made.outcome.error() == errc::timed_out) return std::move(made.outcome);
    left -= std::chrono::steady_clock::now() - begin;
  }
  std::expected<stream_ptr, error> fresh = state_->connect(left);
  if (!fresh) return std::unexpected(std::move(fresh).error());
  return state_->ask(std::move(*fresh), request).outcome;
}

}  // namespace candela::keys
