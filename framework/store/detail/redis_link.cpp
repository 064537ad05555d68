#include <candela/store/detail/redis_link.hpp>

#include <utility>
#include <vector>

namespace candela::store {

redis_link::~redis_link() {
  home_.unmark_dirty(*this);
  if (context_ != nullptr) hiredis().redisAsyncFree(context_);
}

bool redis_link::open(const redis_url& where, const std::string& address, std::string& why) {
  redisAsyncContext* made = where.path.empty() ? hiredis().redisAsyncConnect(address.c_str(), where.port)
                                               : hiredis().redisAsyncConnectUnix(where.path.c_str());
  if (made == nullptr) return why = "there is no memory for a connection", false;
  if (made->err != 0) {
    why = made->errstr;
    hiredis().redisAsyncFree(made);
    return false;
  }
  adopt(made);
  return true;
}

void redis_link::adopt(redisAsyncContext* made) {
  context_ = made;
  watch_.emplace(home_.loop(), made->c.fd, on_ready, this);
  made->data = this;
  made->ev.data = this;
  made->ev.addRead = [](void* self) { of(self).want(true, of(self).writes_); };
  made->ev.delRead = [](void* self) { of(self).want(false, of(self).writes_); };
  made->ev.addWrite = [](void* self) { of(self).write_later(); };
  made->ev.delWrite = [](void* self) { of(self).want(of(self).reads_, false); };
  made->ev.cleanup = [](void* self) { of(self).let_go(); };
  hiredis().redisAsyncSetConnectCallback(made, on_connect);
}

void redis_link::want(bool reading, bool writing) noexcept {
  if (reading == reads_ && writing == writes_) return;
  reads_ = reading;
  writes_ = writing;
  watch_->want(reads_, writes_);
}

// Until the connection stands, hiredis learns of it by being able to write.
void redis_link::write_later() {
  if (!connected_ || writing_) return want(reads_, true);
  home_.mark_dirty(*this, net::flush_order::databases);
}

// The context is about to close the descriptor.
void redis_link::let_go() {
  why_ = context_->err != 0 ? context_->errstr : "closed";
  watch_.reset();
  context_ = nullptr;
}

void redis_link::tell_if_lost() {
  if (context_ == nullptr) told_.on_lost(why_);
}

bool redis_link::ask(std::span<const std::string_view> words, redisCallbackFn* on_answer, void* asker) {
  if (context_ == nullptr) return false;
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (const std::string_view each : words) {
    texts.push_back(each.data());
    sizes.push_back(each.size());
  }
  return hiredis().redisAsyncCommandArgv(context_, on_answer, asker, static_cast<int>(words.size()), texts.data(),
                                         sizes.data()) == REDIS_OK;
}

void redis_link::read_now() {
  if (context_ == nullptr || !connected_) return;
  hiredis().redisAsyncHandleRead(context_);
  tell_if_lost();
}

void redis_link::flush() {
  if (context_ == nullptr) return;
  writing_ = true;
  hiredis().redisAsyncHandleWrite(context_);
  writing_ = false;
  tell_if_lost();
}

void redis_link::on_connect(const redisAsyncContext* context, int status) {
  // A failure is told when hiredis has let go of the connection.
  if (status != REDIS_OK) return;
  redis_link& link = of(context->data);
  link.connected_ = true;
  link.told_.on_connected();
}

void redis_link::on_ready(void* self, bool readable, bool writable) {
  redis_link& link = of(self);
  link.writing_ = true;
  if (writable && link.writes_) hiredis().redisAsyncHandleWrite(link.context_);
  if (readable && link.context_ != nullptr) hiredis().redisAsyncHandleRead(link.context_);
  link.writing_ = false;
  link.tell_if_lost();
}

}  // namespace candela::store
