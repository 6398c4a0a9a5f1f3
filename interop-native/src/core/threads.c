/* A pool of threads that share the slices of one layer at a time. A caller that finds the pool in use by another host
 * thread does its work alone. Layers follow each other within microseconds, waking a thread takes tens of them: who has
 * nothing to do looks out for a moment before it sleeps. */
#include "attune.h"
#include "parallel.h"

#define LARGEST_COUNT 64

#if defined(ATTUNE_PTHREADS)

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>

/* Multiply-accumulates below which waking a thread costs more than it saves. */
#define SMALLEST_WORK 100000
/* Looks before sleeping, some 30 microseconds in all; other threads may have the processor every so many looks. */
#define LOOKS 2000
#define LOOKS_IN_A_ROW 100

typedef struct thread_pool {
    pthread_mutex_t in_use; /* held by the caller whose job it is */
    pthread_mutex_t lock;   /* guards all below */
    pthread_cond_t offered;
    pthread_cond_t finished;
    int32_t workers;
    attune_slice slice;
    const void *context;
    int32_t count;
    int32_t parts;
    int32_t next;       /* first part that nobody has taken */
    atomic_int pending; /* parts not yet done */
    atomic_uint offers; /* jobs so far */
} thread_pool;

static thread_pool pool = {
    .in_use = PTHREAD_MUTEX_INITIALIZER,
    .lock = PTHREAD_MUTEX_INITIALIZER,
    .offered = PTHREAD_COND_INITIALIZER,
    .finished = PTHREAD_COND_INITIALIZER,
};

/* Threads in force, the caller included. */
static atomic_int threads = 1;

static void look_pause(int32_t look) {
    if (look % LOOKS_IN_A_ROW == LOOKS_IN_A_ROW - 1) {
        sched_yield();
        return;
    }
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
}

/* Takes and does parts until none is left. Called and left with the lock held. */
static void parts_do(void) {
    while (pool.next < pool.parts) {
        int64_t part = pool.next++;
        int32_t first = (int32_t)(pool.count * part / pool.parts);
        int32_t end = (int32_t)(pool.count * (part + 1) / pool.parts);
        attune_slice slice = pool.slice;
        const void *context = pool.context;
        pthread_mutex_unlock(&pool.lock);
        slice(context, first, end - first);
        pthread_mutex_lock(&pool.lock);
        if (atomic_fetch_sub(&pool.pending, 1) == 1) {
            pthread_cond_signal(&pool.finished);
        }
    }
}

static void *worker_run(void *unused) {
    pthread_mutex_lock(&pool.lock);
    for (;;) {
        parts_do();
        unsigned int seen = atomic_load(&pool.offers);
        pthread_mutex_unlock(&pool.lock);
        for (int32_t look = 0; look < LOOKS && atomic_load(&pool.offers) == seen; look++) {
            look_pause(look);
        }
        pthread_mutex_lock(&pool.lock);
        if (atomic_load(&pool.offers) == seen) {
            pthread_cond_wait(&pool.offered, &pool.lock);
        }
    }
    return unused;
}

/* One more worker, which lives as long as the process. */
static int worker_start(void) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, worker_run, NULL) != 0) {
        return 0;
    }
    pthread_detach(thread);
    pool.workers++;
    return 1;
}

int32_t attune_threads(int32_t count) {
    if (count < 1 || count > LARGEST_COUNT) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    pthread_mutex_lock(&pool.lock);
    while (pool.workers < count - 1 && worker_start()) {
    }
    int32_t in_force = count - 1 < pool.workers ? count : pool.workers + 1;
    pthread_mutex_unlock(&pool.lock);
    atomic_store(&threads, in_force);
    return in_force;
}

void attune_parallel(attune_slice slice, const void *context, int32_t count, int64_t work) {
    int32_t parts = atomic_load(&threads);
    parts = parts < count ? parts : count;
    if (parts < 2 || work < SMALLEST_WORK || pthread_mutex_trylock(&pool.in_use) != 0) {
        slice(context, 0, count);
        return;
    }
    pthread_mutex_lock(&pool.lock);
    pool.slice = slice;
    pool.context = context;
    pool.count = count;
    pool.parts = parts;
    pool.next = 0;
    atomic_store(&pool.pending, parts);
    atomic_fetch_add(&pool.offers, 1);
    pthread_cond_broadcast(&pool.offered);
    parts_do();
    pthread_mutex_unlock(&pool.lock);
    for (int32_t look = 0; look < LOOKS && atomic_load(&pool.pending) > 0; look++) {
        look_pause(look);
    }
    pthread_mutex_lock(&pool.lock);
    while (atomic_load(&pool.pending) > 0) {
        pthread_cond_wait(&pool.finished, &pool.lock);
    }
    pthread_mutex_unlock(&pool.lock);
    pthread_mutex_unlock(&pool.in_use);
}

#else

int32_t attune_threads(int32_t count) {
    return count < 1 || count > LARGEST_COUNT ? ATTUNE_ERROR_ARGUMENT : 1;
}

void attune_parallel(attune_slice slice, const void *context, int32_t count, int64_t work) {
    (void)work;
    slice(context, 0, count);
}

#endif
