//! News of the neighbourhood, notices, first hellos and idle talk.

use super::{Thread, thread};

pub(super) static THREADS: &[Thread] = &[
    thread! {
        258 hours ago, 10 likes: DELPHINE in ["general", "help"] tagged ["lost", "cat"]
        "LOST: grey cat, white front paws, answers to Biscuit (sometimes)"
        "Biscuit got out through the bathroom window last night, somewhere between ten and midnight. He has never been \
         out for longer than an hour and he is frightened of bin lorries, rain and men with hats.\n\n\
         Grey all over except for the two front paws, which look as if he stepped in paint. No collar, but he is \
         chipped. He will not come if you call him. He might come if you open a packet of anything.\n\n\
         Please look in sheds and under cars around Tannery Lane. You can message me at any hour, I am not sleeping \
         anyway."
        PETRA +5 "Checked the blue shed and the two beside it. Not there, but I have left the door on the latch and an \
            old jumper on the floor."
        DELPHINE to 0 +2 "Thank you. An old jumper of mine is on its way to you as well, he might know the smell."
        JOSS +6 "I walk home past the weir at about seven. I'll go slowly and rattle a crisp packet."
        GUS +8 "I own three hats. I will go without until he is found."
        DELPHINE to 3 +7 "This made me laugh for the first time since yesterday, thank you Gus."
        TOBIAS +3 "Grey cat seen behind the workshop just now, but it had a collar and a mouse. Probably the one from \
            number 9."
        DELPHINE to 5 +1 "Was the collar red?"
        TOBIAS to 6 +2 "Green, with a bell."
        DELPHINE to 7 +1 "Not him then. He would never wear a bell. But please keep looking there, it is warm behind \
            the oven wall."
        YUSRA to 8 +9 "Behind the oven wall is exactly where I am standing, and there is a very dusty grey cat with \
            white paws eating the end of a rye loaf. Come quickly, I am blocking the gap with a flour sack."
        DELPHINE to 9 +11 "RUNNING"
        MARGIT +10 "I have never read a thread here so fast. Well done everybody."
    },
    thread! {
        226 hours ago, 11 likes: DELPHINE in ["general"] tagged ["cat"]
        "FOUND: Biscuit is home"
        "He spent two nights behind the bakery wall, where it is 28 degrees and smells of bread. He has put on \
         weight.\n\n\
         Thank you to every single one of you who looked under a car. I owe Yusra a drawing, and Gus may wear his \
         hats."
        GUS +9 "Hat on."
        YUSRA +7 "He is welcome back, through the door, like a customer."
    },
    thread! {
        9 hours ago, 4 likes: GUS in ["general"] tagged []
        "Who is ringing the chapel bell at six in the morning?"
        "Not a complaint. It is flat, that is all, and I would like to know who to tell."
        WEN +3 "It's the wind. The rope was taken off years ago and the louvres on the east side are broken."
        GUS to 0 +4 "Then the wind is flat."
        OLA to 1 +5 "I can fix the louvres if somebody holds the ladder. I can't fix the pitch."
        MARGIT to 2 +2 "I have the key and I can hold a ladder. Would Thursday suit you?"
        OLA to 3 +1 "Thursday after four. Bring gloves, there are pigeons."
    },
    thread! {
        41 hours ago, 7 likes: TOBIAS in ["general"] tagged ["weir"]
        "The bench by the weir has its back again"
        "Somebody has put a new slat in the bench by the weir and sanded the armrest where the initials were. No note, \
         no name. Whoever you are: it is a good job and I sat on it for twenty minutes."
    },
    thread! {
        118 hours ago, 8 likes: WEN as anonymous in ["general"] tagged ["work"]
        "Leaving a job after eleven years, and I have told nobody yet"
        "The letter is written. It has been in my bag for nine days.\n\n\
         Nothing terrible happened. I am good at it, they are decent people, and I cannot do another year. I keep \
         waiting for a reason that sounds big enough to say out loud, and there isn't one, only a long row of small \
         Sundays on which I did not want it to be Monday.\n\n\
         How did you tell people? And did you wait until you had the next thing?"
        JOSS +9 "I left a ward after eight years. What I said was: I've learned what I can here and I'd like to leave \
            while I still like all of you. It was true and nobody argued."
        WEN as anonymous to 0 +4 "That is a sentence I could actually say. Thank you."
        GUS +6 "Thirty-four years, and on the last day I drove past the depot and round again because I did not know \
            how to stop. Leave while you can still choose the stop."
        CALLUM +3 "I didn't wait for the next thing and the first two months were awful, then they weren't. If you \
            can, have half a year of rent put by. It buys you the right to say no."
        INES as anonymous to 3 +5 "Seconding the half year. I did it with six weeks and took the first bad offer out \
            of fear."
        WEN as anonymous to 4 +3 "I have about five months. I think I was waiting for somebody to tell me that this is \
            enough."
        CALLUM to 5 +6 "It is enough."
    },
    thread! {
        163 hours ago, 5 likes: RAVI in ["general"] tagged ["council"]
        "Street lamp outside number 14, out for a fortnight"
        "Reported twice. The second time I was told that it is on a list. If five more of us report it, it goes on a \
         shorter list, apparently. The pole number is on a small plate at knee height: ends in 0417."
        MARGIT +2 "Reported. The lady on the phone knew about you."
        RAVI to 0 +5 "I will take that as a compliment."
        PETRA +1 "Done as well. Number three."
    },
    thread! {
        371 hours ago, 11 likes: TOBIAS as anonymous in ["general"] tagged ["grief"]
        "The first birthday without her"
        "It is my mother's birthday on Friday and it is the first one since. I do not want to do nothing and I do not \
         want to sit at a table with people being careful with me.\n\n\
         If you have been through this: what did you do with the day?"
        RAVI +8 "We cook what he liked, badly, because he was the one who could cook. There is always too much salt. \
            It helps."
        PETRA +7 "I planted a currant bush the first year and I visit it. Some years I only pull the weeds out and go \
            home."
        JOSS +9 "You are allowed to do nothing as well. My first one I slept through after a night shift, and woke up, \
            and it was the day after, and I had got there."
        TOBIAS as anonymous to 2 +4 "I hadn't thought that doing nothing could be a thing you decide on. Thank you."
        DELPHINE as anonymous +6 "I write mine a letter. Two pages of gossip. I don't keep them."
        TOBIAS as anonymous to 4 +7 "It's the day after. I walked out to the ford, ate a bad sandwich, and read her \
            the football results. Then I wrote the letter. Thank you, whoever you are."
    },
    thread! {
        77 hours ago, 3 likes: OLA in ["general"] tagged ["free"]
        "Free: two pine bookcases, one cushion that has seen things"
        "Bookcases are 180 by 80, sound, a bit orange. The cushion is included because it is on top of them. Collect \
         from the yard, I can help you carry them as far as the bridge."
        WEN +2 "The bookcases, please! Not the cushion."
        OLA to 0 +4 "They come as a set."
    },
    thread! {
        699 hours ago, 9 likes: MARGIT in ["announcements"] tagged ["welcome"]
        "Welcome. Please read this one first"
        "This is our own place. It runs on a small computer in a cupboard at the old fire station, and nobody is \
         selling anything, including you.\n\n\
         Three rules, and I have kept them short so that I can be strict about them. Speak to people as you would at \
         the repair café, where they might be holding a soldering iron. What is posted anonymously stays so: do not \
         guess. If something is wrong, use the report button before you answer it.\n\n\
         Everything else we will work out as we go. Say hello in Introductions."
        GUS +6 "Read."
        CALLUM +3 "And if a page is slow or odd, tell me what you clicked and when. Odd is interesting."
    },
    thread! {
        52 hours ago, 10 likes: MARGIT in ["announcements"] tagged ["repaircafe"]
        "Repair café this Saturday, ten to two, the old fire station"
        "Ola is on wood and chairs, Tobias on anything with a chain, I am on mending and zips. Callum will look at \
         radios and lamps but asks that you bring the plug too.\n\n\
         Bring one thing, the screws that belong to it, and a little patience. Coffee is free, Yusra's buns are pay \
         what you like."
        DELPHINE +3 "Can you do an umbrella? One rib, snapped clean."
        MARGIT to 0 +4 "We have a drawer of umbrella ribs. It is the best drawer."
        JOSS +1 "I come off shift at eight. If I fall asleep in the corner, please mend me too."
        RAVI +2 "Last time you fixed my flask. I would like it known that it has kept tea hot on four summits since."
    },
    thread! {
        334 hours ago, 8 likes: OLA in ["announcements"] tagged ["repaircafe"]
        "What we fixed last month"
        "41 things came in, 33 went home working: eleven chairs, six lamps, five bicycles, four coats, three toasters, \
         a music box, a tent, a very old fan and a wooden duck.\n\n\
         Eight did not make it. Two were printers."
        CALLUM +7 "The printers were beyond love."
        PETRA +5 "The duck's owner is four and has asked me to say that it quacks again."
    },
    thread! {
        101 hours ago, 6 likes: PETRA in ["announcements", "outdoors"] tagged ["garden", "seeds"]
        "Seed swap at the allotments: bring envelopes"
        "Sunday from two, at the long table by the water tank. Take what you will really sow, leave what you won't. \
         Write the year on the envelope please. Last time somebody left me \"beans?\" and I am still not sure."
    },
    thread! {
        405 hours ago, 5 likes: CALLUM in ["announcements", "technology"] tagged ["maintenance"]
        "Ten minutes of darkness on Sunday night"
        "I am moving the box to a shelf that does not get wet when the gutter overflows. Down from about 23:00, back \
         by 23:10. If it is not back by midnight I have dropped it."
        GUS +3 "And?"
        CALLUM to 0 +6 "Six minutes. Not dropped."
    },
    thread! {
        640 hours ago, 9 likes: JOSS in ["introductions"] tagged []
        "Hello from the night shift"
        "I'm Joss, I nurse on nights and moved into the flat over the bicycle workshop. I know the street only in the \
         dark, so if you see somebody squinting at the sun at seven in the morning with a bag of rolls, that is \
         me.\n\n\
         I like cold water, long books and people who do not ring the doorbell before noon."
        TOBIAS +4 "Your neighbour below here. I have moved the noisy jobs to after lunch. Say if the compressor gets \
            through the floor."
        JOSS to 0 +3 "You are the best thing that has ever happened under my floor."
        YUSRA +5 "The rolls are mine. Knock on the side door, I am there from four."
    },
    thread! {
        671 hours ago, 6 likes: INES in ["introductions"] tagged ["film"]
        "Inês, film cameras, not good at small talk"
        "I photograph people's hands, mostly. If I stare at yours I am not being rude. There is a darkroom under my \
         stairs and room for one more person in it, if that person is thin and not afraid of spiders."
    },
    thread! {
        588 hours ago, 5 likes: RAVI in ["introductions", "outdoors"] tagged ["walking"]
        "New on the hill, looking for walking company"
        "Ravi, surveyor, moved here for the contour lines. I walk most Saturdays whatever the weather does and I keep \
         a steady, unimpressive pace. Dogs welcome, podcasts less so."
        PETRA +2 "I walk slowly and I stop for plants. Is that a problem?"
        RAVI to 0 +3 "I stop for maps. We will get nowhere together very happily."
    },
    thread! {
        560 hours ago, 11 likes: GUS in ["introductions"] tagged []
        "My daughter made me join"
        "She says that I should talk to people. I drove a tram for thirty-four years and talking to the driver was not \
         allowed, so I am out of practice."
        WEN +6 "Line 4? You waited for me once when I ran with a cello."
        GUS to 0 +9 "I remember the cello."
        DELPHINE to 1 +4 "I would read a whole book of these."
        MARGIT +3 "Welcome, Gus. Talking to the driver is allowed here."
    },
    thread! {
        655 hours ago, 4 likes: WEN in ["introductions", "books"] tagged ["bookclub"]
        "Books, mostly"
        "Wen, teacher, owner of one good chair. I host the book club. You do not need to have finished the book. You \
         do not need to have liked it. You do need to bring your own mug, because I have three."
    },
    thread! {
        30 hours ago, 9 likes: CALLUM in ["offtopic"] tagged ["smallthings"]
        "What is the smallest thing that made your week?"
        "I'll start: the lid of the jam came off at the first try."
        YUSRA +5 "A boy of about six paid for one bun with his own money and asked for the receipt."
        JOSS +7 "A patient who had not spoken for three days asked me whether it was raining. It was."
        RAVI +2 "Found the second glove."
        PETRA to 2 +3 "Where? I am asking for all of us."
        RAVI to 3 +6 "Inside the first glove."
        TOBIAS to 4 +4 "I have read this four times and I am still happy for you."
        GUS +8 "The new driver on the 4 waited for somebody with a cello."
        WEN to 6 +10 "GUS."
    },
    thread! {
        139 hours ago, 7 likes: PETRA in ["offtopic"] tagged ["crows"]
        "A crow has started to leave me things"
        "I put out peanuts once. Once! Since then, on the roof of the blue shed: a bottle top, a blue bead, half a \
         clothes peg, and this morning a key. Has anybody lost a small brass key?"
        INES +4 "Please keep them all and let me photograph them in a row."
        OLA +3 "If it is a cabinet key with a heart-shaped bow, that is mine, and I have been blaming my apprentice."
        PETRA to 1 +6 "It has a heart-shaped bow."
        OLA to 2 +9 "I owe a boy an apology and a crow some peanuts."
    },
    thread! {
        265 hours ago, 4 likes: JOSS in ["offtopic"] tagged ["night"]
        "What does four in the morning sound like where you are?"
        "Here: a lift that nobody called, a kettle, and somebody's radio turned down so low that it is only \
         consonants."
        YUSRA +6 "The mixer. And before the mixer, for about a minute, absolutely nothing, which is my favourite part \
            of the job."
        GUS +5 "Points being greased."
    },
    thread! {
        478 hours ago, 3 likes: TOBIAS in ["offtopic"] tagged []
        "The correct number of bicycles"
        "is one more than fits in the hallway."
    },
];
