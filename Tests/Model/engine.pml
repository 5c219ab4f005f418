/*
 * The engine as a model that can be searched to its end: two owners of one partition, the position row, the inbox, a
 * household's row, the outbox, two relays and a topic. README.md says what each part stands for and what is left out.
 *
 * Each guard can be removed with -DWITHOUT_...; the search must then find a run that goes wrong. The switches WITH_...
 * widen what the surroundings may do. ./check runs them all.
 */

/* The scenes: OWNERS, who write to the outbox; RELAYS, which read it; both, with less around them. */
#if defined(RELAYS) && !defined(OWNERS)
#define RELAYS_ONLY
#endif
#if defined(OWNERS) && defined(RELAYS)
#define TOGETHER
#define EVENTS 2        /* that owners bring into effect */
#define OTHERS 0        /* effects of others */
#elif defined(OWNERS)
#define EVENTS 2
#define OTHERS 1
#else
#define EVENTS 0
#if defined(WITH_MEMORY) && defined(WITH_LOSS)
#define OTHERS 2
#else
#define OTHERS 3
#endif
#endif
#ifdef ONLY_EVENTS      /* that no event is lost; how often and in which order it is said is not looked at */
#define ONLY_EFFECTS
#endif
#ifndef FAULTS
#define FAULTS 2        /* kills, cut connections and refusals in one run, all together */
#endif
#ifndef TAKEOVERS
#ifdef OWNERS
#define TAKEOVERS 1     /* how often the partition goes to the other owner */
#else
#define TAKEOVERS 0
#endif
#endif
#define RECORDS 3       /* records on the topic that is read: two events, one of them twice */
#define ROWS 12         /* rows that there can be; the sequence gives as many ids, or half as many if ids recur */

/* Who writes to the database, by number: the owners of the partition are 0 and 1. */
#define WRITER(w) (1 << (w))
#define BIT(id) (1 << ((id) - 1))

#define FREE 0
#define KEPT 9          /* an inbox entry that is committed; an entry of a transaction in progress holds its writer */

typedef Household {
    byte version;       /* 0: it has no row yet */
    byte lock;          /* FREE, or the writer and one */
    byte effects[4];    /* the document: how often each event has taken effect. 1 and 2 are events, 3 is the other's */
};

/* The topic that is read, and how far it is in effect. */
byte record[RECORDS];
byte position;
byte positionLock;
byte hint;              /* what Kafka was told */
byte generation;        /* the owner is generation % 2 */
byte inbox[3];
byte answers;           /* repetitions that were answered */

Household household[2];
byte otherHousehold;

/* The outbox. Sets of ids are bit masks. */
byte lastID;
short outbox;           /* rows committed and not deleted */
byte number[ROWS + 1];  /* the row is the household's first, second, third word */
byte whose[ROWS + 1];
byte newest[2];         /* the highest id that was committed for each household */

/* The topic that is written. */
short topic;            /* rows that stand on it */
byte said[2];           /* the last number that appeared of each household */
short strays;           /* rows appended by a relay that had lost the lead and did not know it yet */
short underway;         /* rows that a killed relay had sent and the broker has not taken yet */
short refused;          /* rows that the broker does not take for what they are, until an operator has raised a limit */

byte readLimit;         /* rows that a relay reads in one go: 1 or 2 */
byte leader;            /* FREE, or the relay and one: the lease */
byte apart[2];          /* whether the relay has lost the lead and does not know it */
#define LAPSED 1        /* it was too slow for its lease, which another may have by now; its connection is there */
#define CUT 2           /* its connection is gone, and what it knows is of a state that the database has left */
#define DEAF 3          /* it has lost the lead, should have noticed and did not */
#ifdef WITH_HANG
byte hung;              /* FREE, or the relay and one that does nothing any more */
#endif
#ifdef WITH_MEMORY
short copies[2];        /* rows that the relay's own process has committed; it may come to know of each at any time after */
byte home[3];           /* the process of each writer */
#endif
byte waitsFor[2];       /* writers in a transaction that may have drawn an id up to the relay's candidate for a floor */
byte inTransaction;     /* writers whose transaction has a number */

byte faults = FAULTS;
byte takeovers = TAKEOVERS;

#ifdef WITH_LOSS
/* ---- A database that loses its last commits: what takes its place has an earlier state, and all connections are cut ---- */

byte losses = 2;        /* 2: what will take its place still follows; 1: it does no more; 0: it has taken its place */
byte cut;               /* owners and writers whose connection is gone, and who do not know it yet */
byte done;              /* writers whose transaction is in the database */
byte furthest;          /* the highest position that there ever was */

/* What has been committed, at the time of the last commit that is not lost. */
typedef Commits {
    byte position, inbox, answers, done;
    byte version[2], one[2], two[2], other[2], newest[2];
    short outbox, rows;
};
Commits kept;

#ifdef RELAYS
/* A row is told from every other by its number here, which is its name on the topic as well. An id recurs: rows that were
   written after the loss have numbers from ROWS / 2 on, and the ids of these less ROWS / 2. */
#define RECURRING (ROWS / 2)
#define SAME_IDS(set) ((set) | ((set) << RECURRING) | ((set) >> RECURRING))
bool hasGoneBack;
short rows;             /* all that were committed */
byte tells[ROWS + 1];   /* the event that the row tells of */
byte heard;             /* events of which the topic tells */
#define IS_LOST(id) (hasGoneBack && (id) <= RECURRING && (rows & BIT(id)) == 0)
#endif
#ifdef RELAYS
#define ALL_WRITERS (WRITER(0) | WRITER(1))
#else
#define ALL_WRITERS (WRITER(0) | WRITER(1) | WRITER(2))
#endif
#define IS_CUT(w) ((cut & WRITER(w)) != 0)
#define DONE(w) done = done | WRITER(w);
#else
#define IS_CUT(w) false
#define DONE(w)
#endif
#ifndef SAME_IDS
#define SAME_IDS(set) (set)
#endif

/* ---- Transactions ---- */

/* The transaction has ended, either way: what it held is free, and no floor waits for it. */
inline release(w) {
    if :: positionLock == w + 1 -> positionLock = FREE :: else fi;
    if :: household[0].lock == w + 1 -> household[0].lock = FREE :: else fi;
    if :: household[1].lock == w + 1 -> household[1].lock = FREE :: else fi;
    inTransaction = inTransaction & ~WRITER(w);
    waitsFor[0] = waitsFor[0] & ~WRITER(w);
    waitsFor[1] = waitsFor[1] & ~WRITER(w)
}

/* Nothing of it ever was, except that the sequence does not go back. */
inline rollBack(w) {
    if :: inbox[1] == w + 1 -> inbox[1] = FREE :: else fi;
    if :: inbox[2] == w + 1 -> inbox[2] = FREE :: else fi;
    release(w)
}

/* hold-households.sql, lock-households.sql. A row that is not there cannot be locked. */
#ifdef WITHOUT_HOUSEHOLD_VERSION
#define MAY_READ(h, w) true
#else
#define MAY_READ(h, w) (household[h].version == 0 || household[h].lock == FREE)
#endif

inline readHousehold(h, w) {
#ifndef WITHOUT_HOUSEHOLD_VERSION
    if :: household[h].version > 0 -> household[h].lock = w + 1 :: else fi;
#endif
    version = household[h].version;
    one = household[h].effects[1];
    two = household[h].effects[2];
    other = household[h].effects[3];
    inTransaction = inTransaction | WRITER(w)
}

/* write-households.sql: waits for a writer in progress, and writes only over what was read. */
#define MAY_WRITE(h, w) (household[h].lock == FREE || household[h].lock == w + 1)
#ifdef WITHOUT_HOUSEHOLD_VERSION
#define IS_STALE(h) false
#else
#define IS_STALE(h) (household[h].version != version)
#endif

#if defined(WITH_LOSS) && defined(RELAYS)
#define MOST_IDS (hasGoneBack -> ROWS : RECURRING)
#else
#define MOST_IDS ROWS
#endif

/* insert-outbox.sql: the ids, in the order in which things are said. The rows are seen when the transaction commits. */
inline drawIDs(w, count) {
    assert(lastID + count <= MOST_IDS); /* the model is too small */
    firstID = lastID + 1;
    lastID = lastID + count;
    inTransaction = inTransaction | WRITER(w)
}

#ifdef WITH_MEMORY
#define NOTE_COPY(w, id) copies[home[w]] = copies[home[w]] | BIT(id);
#else
#define NOTE_COPY(w, id)
#endif

/* Of which event a row tells: each time of the same, when a writer has to do again what was lost. */
#if !defined(WITH_LOSS) || !defined(RELAYS)
#define TELL(w, id, total)
#elif defined(TOGETHER)
#define TELL(w, id, total) tells[id] = total; rows = rows | BIT(id);
#elif defined(WITH_MEMORY)
#define TELL(w, id, total) tells[id] = w + 1; rows = rows | BIT(id);
#else
#define TELL(w, id, total) tells[id] = 2 * w + 1 + place; rows = rows | BIT(id);
#endif

/* The document and what is said of it; total is how much had been said before. */
inline commitHousehold(w, h, count, total) {
    household[h].version = household[h].version + 1;
    household[h].effects[1] = one;
    household[h].effects[2] = two;
    household[h].effects[3] = other;
    assert(firstID > newest[h]);        /* for one household the order of ids is the order of commits */
    newest[h] = firstID + count - 1;
    place = 0;
    do
    :: place < count ->
        outbox = outbox | BIT(firstID + place);
        NOTE_COPY(w, firstID + place)
        number[firstID + place] = total + place + 1;
        whose[firstID + place] = h;
        TELL(w, firstID + place, total + place + 1)
        place++
    :: else -> break
    od;
    place = 0
}

#ifdef OWNERS
/* ---- An owner of the partition: Engine, BatchTransaction, BatchPlan ---- */

#ifdef WITHOUT_OFFSET_AFTER_COMMIT
#define START hint
#else
#define START position
#endif

#ifdef WITHOUT_POSITION
#define MAY_LOCK_POSITION true
#define WAS_READ(offset) false
#else
#define MAY_LOCK_POSITION (positionLock == FREE)
#define WAS_READ(offset) ((offset) < next)
#endif

#ifdef WITHOUT_INBOX
#define IS_FRESH(e) true
#else
#define IS_FRESH(e) ((fresh & BIT(e)) != 0)
#endif

/* An entry that another transaction has inserted and not committed makes the insert wait. */
#define INSERT_WAITS(e, w) (inbox[e] != FREE && inbox[e] != KEPT && inbox[e] != w + 1)
#define HAS(e) ((from < upto && record[from] == e) || (from + 1 < upto && record[from + 1] == e) \
    || (from + 2 < upto && record[from + 2] == e))

#ifdef WITH_LOSS
/* StateCache: the document as this process has last written it. It is used if the row has the same version. */
#ifdef WITHOUT_EPOCHS
#define FORGET_COPY
#else
#define FORGET_COPY knownVersion = 0; knownOne = 0; knownTwo = 0; knownOther = 0;
#endif
#define KEEP_COPY knownVersion = household[0].version; knownOne = one; knownTwo = two; knownOther = other;

inline useCopy() {
    if
    :: version > 0 && version == knownVersion -> one = knownOne; two = knownTwo; other = knownOther
    :: else
    fi
}

/* The connection was cut when the database went back. */
inline ownerNotices(w) {
    printf("owner %d notices that its connection is gone\n", w);
    cut = cut & ~WRITER(w);
    FORGET_COPY
    rollBack(w);
    forgetTransaction()
}

/* The position row is behind what this owner has brought into effect: the log still has what the database forgot. */
inline beginAgain(w) {
    printf("owner %d finds the position at %d and begins again there\n", w, position);
    from = position;
    upto = 0
}

#define DIE_COPY knownVersion = 0; knownOne = 0; knownTwo = 0; knownOther = 0; cut = cut & ~WRITER(w);
#define OR_NOTICES(w) :: atomic { IS_CUT(w) -> ownerNotices(w); goto beginning }
#define REACHED furthest = (position > furthest -> position : furthest);
#define IN_EFFECT furthest
#else
#define FORGET_COPY
#define KEEP_COPY
#define DIE_COPY
#define OR_NOTICES(w)
#define REACHED
#define IN_EFFECT position
#endif

inline forgetTransaction() {
    next = 0; fresh = 0; todo = 0; count = 0; repeats = 0; version = 0; one = 0; two = 0; other = 0; firstID = 0;
    place = 0; event = 0
}

/* The process is killed: the database rolls back, and whoever watches it starts it again. */
inline ownerDies(w) {
    printf("owner %d is killed\n", w);
    faults--;
    rollBack(w);
    forgetTransaction();
    DIE_COPY
    from = 0; upto = 0; mine = 0
}

/* The connection is cut: the batch is tried again in place. */
inline ownerIsCut(w) {
    printf("owner %d loses its connection and tries the batch again\n", w);
    faults--;
    FORGET_COPY
    rollBack(w);
    forgetTransaction()
}

proctype Owner(byte w) {
    byte from, upto;        /* the batch: offsets from ..< upto */
    byte mine;              /* the generation under which the partition was assigned */
    byte next;              /* the position as the transaction read it, and then as it advances it */
    byte fresh;             /* events that this transaction was first to insert */
    byte todo, count;       /* offsets to be handled; how many */
    byte repeats;
    byte version, one, two, other;
    byte firstID, place, event;
#ifdef WITH_LOSS
    byte knownVersion, knownOne, knownTwo, knownOther;
#endif

assigned:
    atomic {
        generation % 2 == w ->
        mine = generation;
        from = START;
        printf("owner %d begins to read at %d\n", w, from)
    }

reading:
    if
    :: atomic {
        from < RECORDS ->
        if
        :: upto = from + 1
        :: from + 2 <= RECORDS -> upto = from + 2
        :: from + 3 <= RECORDS -> upto = from + 3
        fi;
        printf("owner %d reads offsets %d to %d\n", w, from, upto - 1);
#ifdef WITHOUT_OFFSET_AFTER_COMMIT
        if
        :: mine == generation && upto > hint ->
            hint = upto;
            printf("owner %d tells Kafka that it goes on at %d\n", w, hint)
        :: else
        fi
#endif
       }
    :: atomic {
        mine != generation ->
        printf("owner %d learns that the partition went to another\n", w);
        from = 0; mine = 0;
        goto assigned
       }
#if defined(WITH_LOSS) && !defined(WITHOUT_COMPARISON) && !defined(WITHOUT_POSITION_WENT_BACK)
    :: atomic {
        /* Also when there is nothing to read. */
        IS_CUT(w) ->
        ownerNotices(w);
        if :: position < from -> beginAgain(w) :: else fi;
        goto reading
       }
#endif
    fi;

beginning:
    /* BEGIN, lock-positions.sql. */
    if
    :: d_step {
        !IS_CUT(w) && MAY_LOCK_POSITION ->
#ifndef WITHOUT_POSITION
        positionLock = w + 1;
#endif
        next = position;
        inTransaction = inTransaction | WRITER(w);
        printf("owner %d begins a transaction, the position is %d\n", w, next)
       }
    OR_NOTICES(w)
    :: atomic { faults > 0 -> ownerDies(w); goto assigned }
    fi;

#if defined(WITH_LOSS) && !defined(WITHOUT_POSITION_WENT_BACK)
    if
    :: atomic { next < from -> beginAgain(w); rollBack(w); forgetTransaction(); goto reading }
    :: next >= from
    fi;
#endif

    /* insert-inbox.sql, and what is to be done with each message. */
    if
    :: d_step {
        !IS_CUT(w) && !(HAS(1) && INSERT_WAITS(1, w)) && !(HAS(2) && INSERT_WAITS(2, w)) ->
        if :: HAS(1) && inbox[1] == FREE -> inbox[1] = w + 1; fresh = fresh | BIT(1) :: else fi;
        if :: HAS(2) && inbox[2] == FREE -> inbox[2] = w + 1; fresh = fresh | BIT(2) :: else fi;
        place = from;
        do
        :: place < upto ->
            event = record[place];
            if
            :: WAS_READ(place)
            :: else ->
                if :: place + 1 > next -> next = place + 1 :: else fi;
                if
                :: IS_FRESH(event) ->
                    fresh = fresh & ~BIT(event);
                    todo = todo | WRITER(place);
                    count++
                :: else -> repeats++
                fi
            fi;
            place++
        :: else -> break
        od;
        place = 0; event = 0; fresh = 0;
        printf("owner %d finds %d new and %d repeated\n", w, count, repeats)
       }
    OR_NOTICES(w)
    :: atomic { faults > 0 -> ownerDies(w); goto assigned }
    :: atomic { faults > 0 -> ownerIsCut(w); goto beginning }
    fi;

#ifdef WITHOUT_HOUSEHOLD_LOCK
    d_step {
        if
        :: count > 0 -> drawIDs(w, count); printf("owner %d draws ids %d to %d\n", w, firstID, lastID)
        :: else
        fi
    };
#endif

    /* The household: read and locked; then the handlers, which are pure. */
    if
    :: d_step {
        !IS_CUT(w) && MAY_READ(0, w) ->
        readHousehold(0, w);
#ifdef WITH_LOSS
        useCopy();
#endif
        place = from;
        do
        :: place < upto ->
            if
            :: (todo & WRITER(place)) != 0 && record[place] == 1 -> one++
            :: (todo & WRITER(place)) != 0 && record[place] == 2 ->
                assert(one > 0);                        /* in the order in which they were accepted */
                two++
            :: else
            fi;
            place++
        :: else -> break
        od;
        place = 0; todo = 0;
        printf("owner %d has read the household's version %d\n", w, version)
       }
    OR_NOTICES(w)
    :: atomic { faults > 0 -> ownerDies(w); goto assigned }
    :: atomic { faults > 0 -> ownerIsCut(w); goto beginning }
    fi;

    if
    :: count == 0
    :: atomic {
        !IS_CUT(w) && count > 0 && MAY_WRITE(0, w) ->
        if
        :: IS_STALE(0) ->
            printf("owner %d finds that another was first and tries again\n", w);
            rollBack(w);
            forgetTransaction();
            goto beginning
        :: else -> household[0].lock = w + 1
        fi
       }
#ifndef WITHOUT_HOUSEHOLD_LOCK
       if
       :: d_step { !IS_CUT(w) -> drawIDs(w, count); printf("owner %d draws ids %d to %d\n", w, firstID, lastID) }
       OR_NOTICES(w)
       :: atomic { faults > 0 -> ownerDies(w); goto assigned }
       :: atomic { faults > 0 -> ownerIsCut(w); goto beginning }
       fi
#endif
    OR_NOTICES(w)
    fi;

    /* advance-positions.sql, COMMIT. */
    if
    :: d_step {
        !IS_CUT(w) ->
        if
        :: count > 0 -> commitHousehold(w, 0, count, one + two + other - count); KEEP_COPY
        :: else
        fi;
        if :: inbox[1] == w + 1 -> inbox[1] = KEPT :: else fi;
        if :: inbox[2] == w + 1 -> inbox[2] = KEPT :: else fi;
        answers = answers + repeats;
        position = next;
        REACHED
        release(w);
        printf("owner %d commits %d effects, the position is %d\n", w, count, position);
        assert(household[0].effects[1] <= 1 && household[0].effects[2] <= 1);   /* each takes effect once */
        assert(answers <= 1);                           /* a record is answered once */
        forgetTransaction()
       }
    OR_NOTICES(w)
    :: atomic { faults > 0 -> ownerDies(w); goto assigned }
    :: atomic { faults > 0 -> ownerIsCut(w); goto beginning }
    fi;

    /* The offset, to Kafka: refused if the partition is another's by now. */
    if
    :: d_step {
        if
        :: mine == generation && upto > hint ->
            hint = upto;
            printf("owner %d tells Kafka that it goes on at %d\n", w, hint)
        :: else
        fi;
#ifndef WITHOUT_OFFSET_AFTER_COMMIT
        assert(hint <= IN_EFFECT);                      /* Kafka hears of nothing that is not in effect */
#endif
        from = upto; upto = 0
       }
    OR_NOTICES(w)
    :: atomic { faults > 0 -> ownerDies(w); goto assigned }
    :: atomic { faults > 0 -> ownerIsCut(w); goto beginning }   /* the answer to COMMIT is lost */
    fi;
    goto reading
}

#endif

#ifndef TOGETHER
#ifdef WITH_LOSS
#define OR_BEGINS_AGAIN(w) :: atomic { IS_CUT(w) -> goto again }
#define HEAL(w) cut = cut & ~WRITER(w);
#else
#define OR_BEGINS_AGAIN(w)
#define HEAL(w)
#endif

inline forgetWriter() {
    version = 0; one = 0; two = 0; other = 0; firstID = 0; place = 0
}

/* Whoever else writes about households: a batch of another topic, the sweeper, the operators' desk. It has one thing to
   do, which is noted as done in the same transaction. */
proctype Writer(byte w; byte h; byte count) {
    byte version, one, two, other, firstID, place;

beginning:
#ifdef WITHOUT_HOUSEHOLD_LOCK
    atomic { drawIDs(w, count); printf("writer %d draws ids %d to %d\n", w, firstID, lastID) };
#endif
    if
    :: atomic {
        !IS_CUT(w) && MAY_READ(h, w) ->
        readHousehold(h, w);
        other = other + count;
        printf("writer %d has read version %d of its household\n", w, version)
       }
    OR_BEGINS_AGAIN(w)
    fi;
    if
    :: atomic {
        !IS_CUT(w) && MAY_WRITE(h, w) ->
        if
        :: IS_STALE(h) ->
            printf("writer %d finds that another was first and tries again\n", w);
            goto again
        :: else -> household[h].lock = w + 1
        fi
       }
    OR_BEGINS_AGAIN(w)
    :: atomic { faults > 0 -> faults--; goto again }
    fi;
#ifndef WITHOUT_HOUSEHOLD_LOCK
    if
    :: atomic { !IS_CUT(w) -> drawIDs(w, count); printf("writer %d draws ids %d to %d\n", w, firstID, lastID) }
    OR_BEGINS_AGAIN(w)
    fi;
#endif
    if
    :: d_step {
        !IS_CUT(w) ->
        commitHousehold(w, h, count, one + two + other - count);
        DONE(w)
        release(w);
        printf("writer %d commits rows %d to %d\n", w, firstID, firstID + count - 1);
        forgetWriter()
       }
    OR_BEGINS_AGAIN(w)
    :: atomic { faults > 0 -> faults--; goto again }
    fi;
    goto finished;

again:
    atomic {
        printf("writer %d begins again\n", w);
        HEAL(w)
        rollBack(w);
        forgetWriter();
        goto beginning
    }
finished:
#ifdef WITH_LOSS
    atomic { (done & WRITER(w)) == 0 -> goto again }
#else
    skip
#endif
}

#endif

#ifdef RELAYS
/* ---- A relay: Relay, DeliveredRecords, OutboxFloor, OutboxRecovery ---- */

/* Rows that a read finds: committed, not with the broker already, not set aside, above the floor. */
#define UNREAD (outbox & ~delivered & ~aside & ~((1 << floor) - 1))

/* Row by row after a refusal, until the refused one is found. */
#define LIMIT (single > 0 -> 1 : readLimit)

/* What stands on the topics, by the names of the rows. */
#ifdef WITHOUT_RECORD_NAMES
#define FOUND SAME_IDS(topic)
#else
#define FOUND topic
#endif

#ifdef WITHOUT_LANES
#define MUST_WAIT(id) false
#else
#define MUST_WAIT(id) ((lanes & (1 << whose[id])) != 0)
#endif

#ifdef WITHOUT_ASIDE_FLOOR
#define MAY_RAISE true
#else
#define MAY_RAISE (aside == 0)
#endif

/* The first rows of a set, as many as the limit allows; RecordsSetAside.admit: those of a household that waits are set
   aside as well. */
inline firstRows(r, set) {
    place = 1; found = 0;
    do
    :: place <= ROWS && found < LIMIT ->
        if
        :: (set & BIT(place)) != 0 ->
            found++; highest = place;
            if
            :: MUST_WAIT(place) ->
                aside = aside | BIT(place);
                printf("relay %d reads row %d, which has to wait\n", r, place)
            :: else ->
                batch = batch | BIT(place); admitted++;
                printf("relay %d reads row %d\n", r, place)
            fi
        :: else
        fi;
        place++
    :: else -> break
    od;
    place = 0
}

#ifdef WITH_MEMORY
/* OutboxChain: up to which row nothing is left, row after row; 0 where that is not known. */
#define UP_TO(id) ((1 << (id)) - 1)

inline grow() {
    do
    :: chain > 0 && (beyond & BIT(chain + 1)) != 0 -> chain++; beyond = beyond & ~BIT(chain)
    :: else -> break
    od
}

inline see(set) {
    do
    :: last < ROWS && ((set) & ~UP_TO(last)) != 0 -> last++
    :: else -> break
    od
}

/* Something did not go as it should, with these rows among others. */
inline interruptChain(set) {
#ifndef WITHOUT_INTERRUPTION
    see(set); lastBefore = last; chain = 0; beyond = 0
#else
    skip
#endif
}

/* The rows that the last read has found, or that came from memory, are with the broker. */
inline linkChain() {
    if
    :: single == 0 && aside == 0 ->
        beyond = beyond | (seen & ~UP_TO(chain > 0 -> chain : lastBefore));
        see(seen);
        grow()
    :: else -> interruptChain(seen)
    fi;
    seen = 0
}

inline beginChain() {
    if
    :: floor > 0 && ((chain > 0 && floor > chain) || (chain == 0 && floor >= lastBefore)) ->
        chain = floor; beyond = beyond & ~UP_TO(floor); grow()
    :: else
    fi
}

#ifdef WITHOUT_CHAIN
/* The first of its own rows that it has not carried, whatever lies before it. */
inline nextFromMemory(r) {
    place = chain + 1;
    do
    :: (copies[r] & BIT(place)) != 0 && (beyond & BIT(place)) == 0 -> break
    :: else -> place++
    od;
    next = place; place = 0
}
#define IN_MEMORY(r) ((copies[r] & ~UP_TO(chain) & ~beyond) != 0)
#else
inline nextFromMemory(r) { next = chain + 1 }
#define IN_MEMORY(r) ((copies[r] & BIT(chain + 1)) != 0)
#endif

/* The copy may be of another row with that id, if nothing is dropped with the connection: what it says is said, and the row
   that is there is taken for it. */
#if defined(WITH_LOSS) && defined(WITHOUT_EPOCHS)
#undef IN_MEMORY
#define IN_MEMORY(r) ((SAME_IDS(copies[r]) & BIT(chain + 1)) != 0)
#define USE_COPY(r) isOther = (copies[r] & BIT(next)) == 0;
#define DROP_COPY isOther = false; carried = 0;
#define LOOK_AT_COPY carried = place; \
    if \
    :: isOther && place > RECURRING -> carried = place - RECURRING \
    :: isOther && place <= RECURRING -> carried = place + RECURRING \
    :: else \
    fi;
#define CARRIED carried
#endif

#define LINK_CHAIN linkChain();
#define INTERRUPT_CHAIN(set) interruptChain(set);
#define BEGIN_CHAIN beginChain();
#define SEEN(set) seen = set;
#else
#define LINK_CHAIN
#define INTERRUPT_CHAIN(set)
#define BEGIN_CHAIN
#define SEEN(set)
#endif
#ifndef CARRIED
#define USE_COPY(r)
#define DROP_COPY
#define LOOK_AT_COPY
#define CARRIED place
#endif

/* Every row of that read is with the broker. */
inline raiseFloor(r) {
#ifdef WITHOUT_FLOOR_WAIT
    if :: highest > floor -> floor = highest :: else fi;
#else
    if
    :: MAY_RAISE && candidate > 0 && isComplete && (found < LIMIT || highest >= candidate) ->
        floor = candidate; candidate = 0; isComplete = false
    :: else
    fi;
#endif
    if :: single > found -> single = single - found :: else -> single = 0 fi;
    found = 0; highest = 0; admitted = 0
}

/* A call is over in which the broker did not take everything: the batch is what is left. */
inline callHasFailed() {
    INTERRUPT_CHAIN(seen)
    SEEN(0)
    place = 0; found = 0; highest = 0; admitted = 0
}

/* A relay speaks that has lost the lead and does not know it. */
inline noteIfStray(r, id) {
    if :: apart[r] == LAPSED || apart[r] == CUT -> strays = strays | BIT(id) :: else fi
}

inline append(id) {
    printf("row %d is on the topic, number %d of household %d\n", id, number[id], whose[id]);
    if
    :: (topic & BIT(id)) == 0 ->
#ifndef WITH_LOSS
        assert(number[id] == said[whose[id]] + 1);      /* first appearances are in order, and none is missing */
        said[whose[id]] = number[id];
#else
        if
        :: IS_LOST(id) -> printf("that row is lost\n")
        :: else ->
#ifndef ONLY_EVENTS
            assert(number[id] == said[whose[id]] + 1);
#endif
            said[whose[id]] = number[id]
        fi;
#if !defined(WITH_MEMORY) && !defined(ONLY_EVENTS)
        assert(tells[id] != 2 || (heard & BIT(1)) != 0);    /* nor of events that one source has in this order */
#endif
        heard = heard | BIT(tells[id]);
#endif
        topic = topic | BIT(id)
    :: else ->
#ifndef ONLY_EFFECTS
        assert((strays & BIT(id)) != 0);                /* twice only if a relay spoke that had lost the lead */
#endif
        skip
    fi
}

inline forgetRelay() {
    batch = 0; delivered = 0; floor = 0; candidate = 0; isComplete = false; noted = 0; place = 0; found = 0;
    highest = 0; aside = 0; lanes = 0; single = 0; admitted = 0;
#ifdef WITHOUT_GAPLESS
    hasFailed = false;
#endif
#ifdef WITH_MEMORY
    chain = 0; beyond = 0; last = 0; lastBefore = 0; seen = 0; next = 0; DROP_COPY
#endif
}

inline relayDies(r) {
    printf("relay %d is killed\n", r);
    faults--;
#ifdef WITH_LATE_REQUEST
    if
    :: place > 0 -> underway = underway | BIT(place)
    :: place > 0 -> underway = underway | batch
    :: true
    fi;
#endif
    if :: leader == r + 1 -> leader = FREE :: else fi;
    waitsFor[r] = 0;
    apart[r] = 0;
#ifdef WITH_MEMORY
    copies[r] = 0;
#endif
    forgetRelay()
}

/* It connects anew. */
inline relayHasLost(r) {
    printf("relay %d notices that it has lost the lead\n", r);
    waitsFor[r] = 0;
#if defined(WITH_MEMORY) && defined(WITH_LOSS) && !defined(WITHOUT_EPOCHS)
    /* OutboxCopies are of one epoch of the database, as is what comes to be known late. */
    if :: apart[r] == CUT -> copies[r] = 0 :: else fi;
#endif
    apart[r] = 0;
    forgetRelay()
}

#ifdef WITH_HANG
/* It hangs for ever, and its connection is there. */
inline relayHangs(r) {
    printf("relay %d hangs\n", r);
    faults--;
    hung = r + 1;
    waitsFor[r] = 0;
    forgetRelay()
}
#define OR_HANGS(r) :: atomic { faults > 0 && hung == 0 && apart[r] == 0 -> relayHangs(r); goto connected }
#define IS_HUNG(r) (hung == r + 1)
#else
#define OR_HANGS(r)
#define IS_HUNG(r) false
#endif

/* begin-removal.sql fails if the lease is another's. */
#ifdef WITHOUT_REMOVAL
#define MAY_REMOVE(r) (apart[r] != CUT)
#define BE_DEAF(r) if :: apart[r] == LAPSED -> apart[r] = DEAF :: else fi;
#else
#define MAY_REMOVE(r) (apart[r] == 0)
#define BE_DEAF(r)
#endif

/* It has a new connection and the lead again, and goes on with what it knew. */
#ifdef WITHOUT_ONE_CONNECTION
#define KEEPS_ON(r) :: atomic { apart[r] == CUT && leader == FREE -> leader = r + 1; apart[r] = 0; goto deleting }
#else
#define KEEPS_ON(r)
#endif

proctype Relay(byte r) {
    short batch;            /* rows read and not yet with the broker */
    short delivered;        /* rows that the broker has, not yet deleted */
    byte floor, candidate;
    bool isComplete;
    byte noted;             /* the last id drawn, as it was before the delete */
    byte place, found, highest, admitted;
    short aside;            /* rows that are left alone for a while: refused ones, and those that must not overtake them */
    byte lanes;             /* households with a refused row */
    byte single;            /* rows that are still to be carried one by one */
#ifdef WITHOUT_GAPLESS
    bool hasFailed;         /* a row of this call was refused */
#endif
#ifdef WITH_MEMORY
    byte chain;             /* up to which row nothing is left, row after row */
    short beyond;           /* rows that are with the broker, beyond a gap */
    byte last, lastBefore;  /* the last row that was seen, and the last one when the chain was interrupted */
    short seen;             /* what the read has found, or came from memory */
    byte next;              /* the row that came from memory, if the last one did */
#ifdef WITHOUT_EPOCHS
    bool isOther;           /* its copy is of another row, */
    byte carried;           /* of this one */
#endif
#endif

connected:
#ifndef WITHOUT_LEADERSHIP
    /* take-lease.sql. */
    atomic {
        (leader == FREE || leader == r + 1) && !IS_HUNG(r) ->
        if :: apart[r] != 0 -> relayHasLost(r) :: else fi;
        leader = r + 1;
        printf("relay %d leads\n", r)
    };
#endif

recovering:
#ifndef WITHOUT_RECOVERY
    /* First the rows, then the ends of the topics: what a killed predecessor has said is only deleted. */
    if
    :: atomic { apart[r] != 0 -> relayHasLost(r); goto connected }
    :: d_step { apart[r] != CUT -> batch = outbox; INTERRUPT_CHAIN(outbox) skip }
    :: atomic { faults > 0 && apart[r] == 0 -> relayDies(r); goto connected }
    fi;
lookingAtTopics:
    if
    :: batch == 0
    :: d_step { batch != 0 -> batch = batch & FOUND }
       if
       :: atomic { apart[r] != 0 -> relayHasLost(r); goto connected }
       :: d_step {
           apart[r] == 0 ->
           printf("relay %d deletes the rows that stood on the topic, if any\n", r);
           outbox = outbox & ~SAME_IDS(batch);
           batch = 0
          }
       :: atomic { faults > 0 && apart[r] == 0 -> relayDies(r); goto connected }
       fi
    fi;
#endif

carrying:
    if
    :: atomic { apart[r] != 0 -> relayHasLost(r); goto connected }
    :: d_step {
        /* read-oldest-transaction.sql, read-outbox.sql. Also by a relay that has lost the lead and asks too late. */
        apart[r] != CUT && UNREAD != 0 ->
        if :: candidate > 0 && waitsFor[r] == 0 -> isComplete = true :: else fi;
        firstRows(r, UNREAD);
        SEEN(batch | aside)
       }
#ifdef WITH_MEMORY
    :: d_step {
        /* No look at the table: a row that this process has committed, and nothing can stand before it. Nor at the
           connection, which may be gone. */
        chain > 0 && single == 0 && aside == 0 && IN_MEMORY(r) ->
        nextFromMemory(r);
        USE_COPY(r)
        batch = BIT(next); seen = batch; admitted = 1;
        printf("relay %d takes row %d from memory\n", r, next)
       }
#endif
    :: atomic {
        /* An empty read lifts the floor too. */
        apart[r] != CUT && UNREAD == 0 && MAY_RAISE && candidate > 0 && waitsFor[r] == 0 ->
        isComplete = true;
        raiseFloor(r);
        BEGIN_CHAIN
        goto carrying
       }
    :: d_step {
        apart[r] != CUT && delivered != 0 ->
        noted = lastID                                  /* begin-removal.sql */
       }
       goto deleting
    :: atomic {
        /* They are tried again each minute; the try that matters is the one after the operator. */
        apart[r] != CUT && aside != 0 && refused == 0 ->
        printf("relay %d tries again what it had set aside\n", r);
        aside = 0; lanes = 0;
        goto carrying
       }
    KEEPS_ON(r)
    OR_HANGS(r)
    :: atomic { faults > 0 && apart[r] == 0 -> relayDies(r); goto connected }
    fi;

    /* A produce call. Nothing in it looks at the database. */
    do
    :: atomic {
        batch != 0 ->
        place = 1;
        do
        :: (batch & BIT(place)) == 0 -> place++
        :: else -> break
        od;
        LOOK_AT_COPY
        if
        :: (refused & BIT(place)) == 0 ->
            printf("relay %d: ", r); noteIfStray(r, CARRIED); append(CARRIED);
            delivered = delivered | BIT(place); batch = batch & ~BIT(place)
        :: faults > 0 && (refused & BIT(place)) == 0 ->
            /* No answer comes, or none that lasts. Nothing behind this row is taken. */
            printf("relay %d: row %d and what follows is not taken\n", r, place);
            faults--;
            callHasFailed();
            goto failed
        :: faults > 0 && (refused & BIT(place)) == 0 ->
            /* The broker takes the row, and its answer never comes. */
            printf("relay %d hears no answer: ", r);
            noteIfStray(r, CARRIED);
            append(CARRIED);
            faults--;
            callHasFailed();
            goto failed
#ifdef RELAYS_ONLY
        :: faults > 0 && (refused & BIT(place)) == 0 ->
            printf("the broker will refuse row %d\n", place);
            faults--;
            refused = refused | BIT(place)
#endif
        :: (refused & BIT(place)) != 0 ->
            printf("relay %d: row %d is refused\n", r, place);
#ifdef WITHOUT_GAPLESS
            hasFailed = true; batch = batch & ~BIT(place)
#else
            if
            :: admitted == 1 -> aside = aside | BIT(place); lanes = lanes | (1 << whose[place])
            :: else -> single = found
            fi;
            callHasFailed();
            goto failed
#endif
        :: faults > 0 -> relayDies(r); goto connected
        fi;
        place = 0
       }
    :: atomic {
        batch == 0 ->
#ifdef WITHOUT_GAPLESS
        if
        :: hasFailed -> hasFailed = false; callHasFailed(); goto failed
        :: else
        fi;
#endif
        LINK_CHAIN
#ifdef WITH_MEMORY
        if
        :: next > 0 -> next = 0; admitted = 0; DROP_COPY
        :: else -> raiseFloor(r); beginChain()
        fi;
#else
        raiseFloor(r);
#endif
        goto carrying
       }
    od;

failed:
    /* What the broker has is deleted; then the topics say what else stands there. */
    if
    :: atomic { delivered == 0 -> goto removed }
    :: d_step { delivered != 0 -> noted = lastID }
    fi;

deleting:
    /* begin-removal.sql, delete-outbox.sql, read-own-transaction.sql: whoever is in a transaction now may have drawn an id up to there. */
    if
    :: atomic { apart[r] != 0 -> relayHasLost(r); goto connected }
    KEEPS_ON(r)
    :: d_step {
        MAY_REMOVE(r) ->
        printf("relay %d deletes the rows that the broker has\n", r);
        BE_DEAF(r)
        outbox = outbox & ~SAME_IDS(delivered);
        delivered = 0;
        if
        :: candidate == 0 && noted > floor -> candidate = noted; isComplete = false; waitsFor[r] = inTransaction
        :: else
        fi;
        noted = 0
       }
    OR_HANGS(r)
    :: atomic { faults > 0 && apart[r] == 0 -> relayDies(r); goto connected }
    fi;

removed:
    /* What is left of a call that has failed may stand on the topic all the same. */
#if defined(WITHOUT_SECOND_LOOK) || defined(WITHOUT_RECOVERY)
    atomic { batch = 0; goto carrying }
#else
    goto lookingAtTopics
#endif
}

#endif

/* ---- What happens to them ---- */

#ifdef WITH_LOSS
inline keepState() {
    kept.position = position;
    kept.inbox = (inbox[1] == KEPT -> BIT(1) : 0) | (inbox[2] == KEPT -> BIT(2) : 0);
    kept.answers = answers;
    kept.done = done;
    place = 0;
    do
    :: place < 2 ->
        kept.version[place] = household[place].version;
        kept.one[place] = household[place].effects[1];
        kept.two[place] = household[place].effects[2];
        kept.other[place] = household[place].effects[3];
        kept.newest[place] = newest[place];
        place++
    :: else -> break
    od;
    place = 0;
    kept.outbox = outbox;
#ifdef RELAYS
    kept.rows = rows
#endif
}

inline forgetState() {
    kept.position = 0; kept.inbox = 0; kept.answers = 0; kept.done = 0; kept.outbox = 0; kept.rows = 0;
    place = 0;
    do
    :: place < 2 ->
        kept.version[place] = 0; kept.one[place] = 0; kept.two[place] = 0; kept.other[place] = 0;
        kept.newest[place] = 0;
        place++
    :: else -> break
    od;
    place = 0
}

/* Whoever is in a transaction learns that it never was. What is on topics and in memory stays. */
inline goBack() {
    position = kept.position;
    positionLock = FREE;
    inbox[1] = ((kept.inbox & BIT(1)) != 0 -> KEPT : FREE);
    inbox[2] = ((kept.inbox & BIT(2)) != 0 -> KEPT : FREE);
    answers = kept.answers;
    done = kept.done;
    place = 0;
    do
    :: place < 2 ->
        household[place].lock = FREE;
        household[place].version = kept.version[place];
        household[place].effects[1] = kept.one[place];
        household[place].effects[2] = kept.two[place];
        household[place].effects[3] = kept.other[place];
        newest[place] = kept.newest[place];
#ifdef RELAYS
        /* Those rows are there that there were then. */
        if
        :: said[place] > kept.one[place] + kept.two[place] + kept.other[place] ->
            said[place] = kept.one[place] + kept.two[place] + kept.other[place]
        :: else
        fi;
        apart[place] = CUT;
        waitsFor[place] = 0;
#endif
        place++
    :: else -> break
    od;
    place = 0;
    inTransaction = 0;
    outbox = kept.outbox;
    /* The sequence gives again what it has given to nobody whom the database knows. */
    lastID = (newest[0] > newest[1] -> newest[0] : newest[1]);
#ifdef RELAYS
    lastID = lastID + RECURRING;
    rows = kept.rows;
    hasGoneBack = true;
    leader = FREE;
#else
    place = lastID + 1;
    do
    :: place <= ROWS -> number[place] = 0; whose[place] = 0; place++
    :: else -> break
    od;
    place = 0;
#endif
    cut = ALL_WRITERS
}
#endif

proctype World() {
#if defined(WITH_LATE_REQUEST) || defined(WITH_LOSS)
    byte place;
#endif
end:
    do
#ifdef OWNERS
    :: d_step {
        takeovers > 0 ->
        takeovers--;
        generation++;
        printf("the partition goes to owner %d\n", generation % 2)
       }
#endif
#ifdef RELAYS_ONLY
    :: d_step {
        refused != 0 ->
        printf("an operator sees to it that the broker takes every row\n");
        refused = 0
       }
#endif
#ifdef RELAYS
    :: d_step {
        faults > 0 && leader != FREE ->
        /* Its connection is cut, or it was paused for longer than its lease. */
        printf("relay %d loses the lead\n", leader - 1);
        faults--;
        apart[leader - 1] = LAPSED;
        leader = FREE
       }
#endif
#if defined(WITH_HANG) && !defined(WITHOUT_LEASE)
    :: d_step {
        hung != FREE && leader == hung ->
        printf("the lease of relay %d lapses\n", leader - 1);
        leader = FREE
       }
#endif
#ifdef WITH_LOSS
    :: d_step {
        losses == 2 ->
        printf("from here on commits are lost\n");
        losses = 1;
        keepState()
       }
    :: d_step {
        losses == 1 ->
        printf("the database goes back, the position to %d, and all connections are cut\n", kept.position);
        losses = 0;
        goBack();
        forgetState()
       }
#endif
    :: d_step {
        /* Nothing more goes wrong. Without this only runs with all their faults would be judged. */
        faults > 0 || takeovers > 0 ->
        faults = 0;
        takeovers = 0
       }
#ifdef WITH_LATE_REQUEST
    :: atomic {
        underway != 0 ->
        place = 1;
        do
        :: (underway & BIT(place)) == 0 -> place++
        :: else -> break
        od;
        underway = underway & ~BIT(place);
        printf("the broker takes what a killed relay had sent: ");
        append(place);
        place = 0
       }
#endif
    od
}

/* When nobody can do anything more, all must be done. A run that gets stuck earlier ends here too. */
proctype Judge() {
    timeout ->
    printf("in the end: effects %d, %d, others' %d\n",
        household[0].effects[1], household[0].effects[2], household[otherHousehold].effects[3]);
    printf("in the end: position %d, %d rows said\n", position, said[0] + said[1]);
#ifdef OWNERS
    assert(household[0].effects[1] == 1 && household[0].effects[2] == 1);   /* nothing is lost */
    assert(position == RECORDS);
    assert(answers == 1);
#endif
    assert(household[0].effects[3] + household[1].effects[3] == OTHERS);    /* nor written over */
#ifdef RELAYS
#ifdef WITH_LOSS
    assert(heard == (1 << (EVENTS + OTHERS)) - 1);
#endif
#ifndef ONLY_EVENTS
    assert(outbox == 0);                                                    /* all is said */
    assert(said[0] + said[1] == EVENTS + OTHERS)
#endif
#endif
}

/* Two scenes, which meet in the outbox: who writes to it, and who reads it. Each is searched with more faults than both
   together can be. */
init {
    atomic {
        /* The other writer is about the same household, whose row is there already or is not, or about another. */
        if
        :: household[0].version = 1
#if !defined(TOGETHER) && !defined(WITH_LOSS)
        :: skip
        :: otherHousehold = 1
#endif
        fi;
#ifdef OWNERS
        record[0] = 1;
        if
        :: record[1] = 2; record[2] = 1
#if !defined(TOGETHER) && !defined(WITH_LOSS)
        :: record[1] = 1; record[2] = 2
        :: record[1] = 2; record[2] = 2
#endif
        fi;
        run Owner(0);
        run Owner(1);
#ifndef TOGETHER
        run Writer(2, otherHousehold, 1);
#endif
#else
#ifdef WITH_MEMORY
        /* Whose rows the leading relay has in memory: it leads in process 0. */
        home[0] = 1;
        if :: home[1] = 0 :: home[1] = 1 fi;
        run Writer(0, 0, 1);
        run Writer(1, otherHousehold, 1);
#ifndef WITH_LOSS
        run Writer(2, 0, 1);
#endif
#else
        run Writer(0, 0, 2);
        run Writer(1, otherHousehold, 1);
#endif
#endif
#ifdef RELAYS
        if
        :: readLimit = 2
#if !defined(TOGETHER) && !defined(WITH_LOSS)
        :: readLimit = 1
#endif
        fi;
        leader = 1;     /* relay 0 comes first; the other way round would be the same */
        run Relay(0);
        run Relay(1);
#endif
        run World();
        run Judge()
    }
}
