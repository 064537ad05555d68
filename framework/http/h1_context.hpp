// What the HTTP/1 connections of one worker share.
#pragma once

#include <candela/http/h1_head_writer.hpp>
#include <candela/http/h1_settings.hpp>
#include <candela/http/request_sink.hpp>
#include <candela/net/worker.hpp>
#include <functional>
#include <vector>

namespace candela::http {

class h1_connection;

/// One per worker and listener configuration; outlives its connections.
class h1_context {
 public:
  h1_context(net::worker& owner, request_sink& sink, const h1_settings& settings);
  h1_context(const h1_context&) = delete;
  h1_context& operator=(const h1_context&) = delete;
  ~h1_context();

  /// Serves the requests of `peer`.
  void open(net::transport_ptr peer);
  /// Has every connection close as soon as its requests under way are answered.
  void drain();
  /// Ends every connection now; says how many there were with requests unanswered.
  std::size_t cut_all();
  /// Called whenever a connection is gone.
  void on_closed(std::function<void()> told) { on_closed_ = std::move(told); }

  [[nodiscard]] std::size_t connections() const noexcept { return count_; }
  [[nodiscard]] net::worker& worker() noexcept { return worker_; }
  [[nodiscard]] const h1_settings& settings() const noexcept { return settings_; }

 private:
  friend class h1_connection;
  void link(h1_connection& connection) noexcept;
  void unlink(h1_connection& connection) noexcept;

  net::worker& worker_;
  request_sink& sink_;
  h1_settings settings_;
  h1_head_writer writer_;
  char* slab_begin_;  // the worker's write slab
  char* slab_end_;
  std::vector<header_field> fields_;  // where a head's fields are put while it is parsed
  arena no_memory_;
  request_head head_;  // the head at hand, until it is answered or pinned
  h1_connection* first_ = nullptr;
  h1_connection* to_drain_ = nullptr;  // the next one, while `drain` walks along them
  std::size_t count_ = 0;
  bool draining_ = false;
  std::function<void()> on_closed_;
};

}  // namespace candela::http
